/** The head of an endpoint's answer, checked: what an endpoint says must not break the framing. */

import type { EndpointAnswer } from '../../kernel/endpoint.ts';
import { token } from '../http1/field.ts';
import { httpDate } from '../pages.ts';

/** How the body is framed: its length, in chunks, or by the end of the connection. */
export type AnswerFraming = number | 'chunked' | 'until-close' | 'none';

/** Said by the proxy alone. */
const ours = new Set(['content-length', 'transfer-encoding', 'connection', 'date', 'keep-alive', 'upgrade']);

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** `status` and its reason phrase, which may be empty (RFC 9112 section 4). */
export function statusText(status: number): string {
  return `${status} ${reasons[status] ?? ''}`;
}

/** `connection` is the Connection line, or empty. Throws where a status or header cannot be sent. */
export function endpointHead(answer: EndpointAnswer, framing: AnswerFraming, connection: string): string {
  const { status, headers } = answer;
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new Error(`${status} is no status`);
  let lines = '';
  for (const name in headers) {
    const value = headers[name] ?? '';
    if (!token.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw new Error(`header ${JSON.stringify(name)} cannot be sent`);
    if (!ours.has(name.toLowerCase())) lines += `${name}: ${value}\r\n`;
  }
  if (framing === 'chunked') lines += 'Transfer-Encoding: chunked\r\n';
  else if (typeof framing === 'number') lines += `Content-Length: ${framing}\r\n`;
  return `HTTP/1.1 ${statusText(status)}\r\nDate: ${httpDate()}\r\n${lines}${connection}\r\n`;
}
