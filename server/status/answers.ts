/** What every answer of a status page has in common, and which page a request is for. */

import type { StatusPage } from '../../shared/status/page.ts';
import type { EndpointAnswer } from '../kernel/endpoint.ts';

export interface Place {
  readonly page: StatusPage;
  /** Before every link of the page. */
  readonly base: string;
  /** Behind it. */
  readonly path: string;
}

/** No script, no frame, nothing from elsewhere. */
export const security = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

export function answerPage(status: number, html: string): EndpointAnswer {
  const headers = { ...security, 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' };
  return { status, headers, body: html };
}

export function plain(status: number, text: string): EndpointAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}
