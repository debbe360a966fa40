/** The answers the proxy gives in its own name: plain pages that say what happened and nothing about what runs here. */

import { pageFrame } from './page-frame.ts';

/** Why the proxy itself answers; each has one status. */
export type OwnAnswer =
  | 'bad-request'
  | 'password'
  | 'password-page'
  | 'forbidden'
  | 'challenge'
  | 'too-many'
  | 'maintenance'
  | 'no-route'
  | 'not-found'
  | 'method'
  | 'request-timeout'
  | 'too-large'
  | 'target-too-long'
  | 'expectation'
  | 'range'
  | 'head-too-large'
  | 'error'
  | 'bad-gateway'
  | 'unavailable'
  | 'busy'
  | 'gateway-timeout'
  | 'version';

interface Words {
  status: number;
  reason: string;
  title: string;
  text: string;
  fields: string;
}

const words: Record<OwnAnswer, Words> = {
  'bad-request': say(
    400,
    'Bad Request',
    'That request made no sense',
    'It breaks a rule of HTTP, so it was not passed on.',
  ),
  password: say(
    401,
    'Unauthorized',
    'A password is needed',
    'This site is not public. Reload the page and enter the password you were given.',
    'WWW-Authenticate: Basic realm="This site", charset="UTF-8"\r\n',
  ),
  'password-page': say(401, 'Unauthorized', 'A password is needed', 'This site is not public.'),
  forbidden: say(403, 'Forbidden', 'Not from here', 'This site cannot be visited from your network.'),
  challenge: say(
    403,
    'Forbidden',
    'Only with a browser',
    'This site is under attack, so visitors have to open it in a browser with JavaScript.',
  ),
  'too-many': say(
    429,
    'Too Many Requests',
    'Not so fast',
    'More requests came from your network than are allowed. Please wait a moment.',
  ),
  maintenance: say(
    503,
    'Service Unavailable',
    'Down for maintenance',
    'This site is being worked on and will be back soon.',
  ),
  'no-route': say(
    404,
    'Not Found',
    'Nothing lives here',
    'No site is served under this address. Check it for typing errors.',
  ),
  'not-found': say(404, 'Not Found', 'Page not found', 'This site has no page under this address.'),
  method: say(
    405,
    'Method Not Allowed',
    'Not possible here',
    'This address can be read, and nothing else.',
    'Allow: GET, HEAD\r\n',
  ),
  'request-timeout': say(
    408,
    'Request Timeout',
    'That took too long',
    'The request did not arrive in time. Please try again.',
  ),
  'too-large': say(413, 'Content Too Large', 'Too large', 'What was sent is larger than this site accepts.'),
  'target-too-long': say(
    414,
    'URI Too Long',
    'Address too long',
    'The address of this request is longer than is accepted.',
  ),
  range: say(
    416,
    'Range Not Satisfiable',
    'No such part',
    'The part that was asked for lies outside the file.',
  ),
  expectation: say(
    417,
    'Expectation Failed',
    'Cannot be met',
    'The request expects something that is not offered here.',
  ),
  'head-too-large': say(
    431,
    'Request Header Fields Too Large',
    'Too many headers',
    'The headers of this request are larger than is accepted; clearing cookies may help.',
  ),
  error: say(
    500,
    'Internal Server Error',
    'Something went wrong',
    'The server made a mistake. Please try again in a moment.',
  ),
  'bad-gateway': say(
    502,
    'Bad Gateway',
    'This site is not answering',
    'It could not be reached just now. Please try again in a moment.',
  ),
  unavailable: say(
    503,
    'Service Unavailable',
    'Back in a moment',
    'This site is taking a short break. Please try again soon.',
    'Retry-After: 10\r\n',
  ),
  busy: say(
    503,
    'Service Unavailable',
    'Too busy just now',
    'More is being sent here than can be taken in at once. Please try again soon.',
    'Retry-After: 5\r\n',
  ),
  'gateway-timeout': say(
    504,
    'Gateway Timeout',
    'This site takes too long',
    'It did not answer in time. Please try again in a moment.',
  ),
  version: say(
    505,
    'HTTP Version Not Supported',
    'Unknown version',
    'This version of HTTP is not spoken here.',
  ),
};

const refusals = new Map<number, OwnAnswer>([
  [400, 'bad-request'],
  [405, 'method'],
  [414, 'target-too-long'],
  [417, 'expectation'],
  [431, 'head-too-large'],
  [505, 'version'],
]);

/** The answer to a head refused with `status`. */
export function ownAnswerFor(status: number): OwnAnswer {
  return refusals.get(status) ?? 'bad-request';
}

export function statusOf(answer: OwnAnswer): number {
  return words[answer].status;
}

/**
 * The whole answer, in ASCII. `accept` decides between a page and a line of text; `connection` is the Connection line
 * or empty; `extra` are further whole lines; `page` is HTML in place of the usual one, a byte a character.
 */
export function ownPage(
  answer: OwnAnswer,
  options: { method: string; accept: string; connection: string; extra?: string; page?: string | null },
): string {
  const { status, reason, title, text, fields } = words[answer];
  const html = options.accept.includes('text/html');
  const body = html ? (options.page ?? pageFrame({ status, title, text })) : `${status} ${reason}\n${text}\n`;
  return (
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/${html ? 'html' : 'plain'}; charset=utf-8\r\n` +
    `Content-Length: ${body.length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n` +
    `Date: ${httpDate()}\r\n${fieldsOf(fields, options.extra ?? '')}${options.connection}\r\n` +
    (options.method === 'HEAD' ? '' : body)
  );
}

/** What is known better than usual stands in for the usual. */
function fieldsOf(usual: string, extra: string): string {
  return extra.startsWith('Retry-After:') ? extra : usual + extra;
}

/** What the health path of an app answers while its requests are held back. */
export function healthPage(method: string, connection: string): string {
  return (
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nCache-Control: no-store\r\n' +
    `Date: ${httpDate()}\r\n${connection}\r\n${method === 'HEAD' ? '' : 'ok\n'}`
  );
}

let dateSecond = 0;
let dateText = '';

/** Now as an HTTP date (RFC 9110 section 5.6.7), made once a second. */
export function httpDate(now = Date.now()): string {
  const second = Math.floor(now / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}

function say(status: number, reason: string, title: string, text: string, fields = ''): Words {
  return { status, reason, title, text, fields };
}
