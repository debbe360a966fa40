/** What requests without TLS are told before any app sees them: a challenge's answer, or where to go instead. */

import type { DataPathContext } from '../context.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { httpDate } from '../pages.ts';

export interface DoorPage {
  readonly status: number;
  /** The whole answer; the connection closes after it. */
  readonly text: string;
}

const challenges = '/.well-known/acme-challenge/';

/** Null where the request goes on as it is. */
export function doorPage(
  head: RequestHead,
  came: { local: boolean; scheme: 'http' | 'https' },
  { door, probeToken }: Pick<DataPathContext, 'door' | 'probeToken'>,
): DoorPage | null {
  if (door === null || head.host === '') return null;
  if (head.path.startsWith(challenges)) {
    const answer = door.challenge(head.path.slice(challenges.length));
    if (answer !== null) return page(head, 200, 'OK', answer, 'Content-Type: application/octet-stream\r\n');
  }
  // Our own question, asked where it is surely answered.
  if (came.local && head.probe !== '' && head.probe === probeToken) return null;
  // A proxy we trust had TLS with the visitor: leading that one to HTTPS would lead in a circle.
  if (came.scheme === 'https' || !head.path.startsWith('/')) return null;
  const to = door.redirect(head.host);
  if (to === null) return null;
  // 308 keeps method and body; 301 is what every client knows for a page (RFC 9110, 15.4).
  const status = head.method === 'GET' || head.method === 'HEAD' ? 301 : 308;
  const reason = status === 301 ? 'Moved Permanently' : 'Permanent Redirect';
  return page(head, status, reason, '', `Location: ${to}${head.path}\r\n`);
}

function page(head: RequestHead, status: number, reason: string, body: string, fields: string): DoorPage {
  return {
    status,
    text:
      `HTTP/1.1 ${status} ${reason}\r\n${fields}Content-Length: ${body.length}\r\nCache-Control: no-store\r\n` +
      `Date: ${httpDate()}\r\nConnection: close\r\n\r\n${head.method === 'HEAD' ? '' : body}`,
  };
}
