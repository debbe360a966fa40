/** Answers in the form Sentry's clients know, readable for a page of another origin. */

import type { EndpointAnswer } from '../../kernel/endpoint.ts';

const open = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'X-Sentry-Error, X-Sentry-Rate-Limits, Retry-After',
  'Cross-Origin-Resource-Policy': 'cross-origin',
} as const;

export function json(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): EndpointAnswer {
  return {
    status,
    headers: { ...open, 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

/** `detail` is shown by every client. */
export function refused(
  status: number,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): EndpointAnswer {
  return json(status, { detail: why }, { 'X-Sentry-Error': why.replace(/[^\x20-\x7e]/g, '?'), ...headers });
}

/** To a browser that asks first (Fetch standard, CORS-preflight). */
export function preflight(): EndpointAnswer {
  return {
    status: 204,
    headers: {
      ...open,
      'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
      'Access-Control-Allow-Headers':
        'Content-Type, Content-Encoding, X-Sentry-Auth, X-Requested-With, Origin, Accept, Authentication, Authorization, Transfer-Encoding, sentry-trace, baggage, X-Forwarded-For, Referer',
      'Access-Control-Max-Age': '86400',
    },
  };
}
