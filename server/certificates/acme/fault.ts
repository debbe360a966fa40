/** Why an order failed, from what the authority last answered and what the client threw. */

import type { AcmeFault } from './protocol.ts';

/** An HTTP answer that was not good. */
export interface BadAnswer {
  readonly status: number;
  /** The problem document (RFC 7807), if it was one. */
  readonly type: string;
  readonly detail: string;
  readonly retryAfter: string;
}

const longest = 600;
const networkCodes =
  /^(?:E[A-Z]+|ERR_(?:NETWORK|TLS_[A-Z_]+|SSL_[A-Z_]+)|[A-Z_]*CERT[A-Z_]*|ConnectionRefused|FailedToOpenSocket)$/;

export function acmeFault(error: unknown, last: BadAnswer | null, now: number): AcmeFault {
  const text = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const retryAfterMs = last === null ? null : retryMs(last.retryAfter, now);
  if (last !== null && (last.status === 429 || last.type.endsWith(':rateLimited'))) {
    const message = last.detail || 'the authority wants fewer orders';
    return { kind: 'rate-limit', message: cut(message), retryAfterMs };
  }
  if (last?.type.startsWith('urn:ietf:params:acme:error:')) {
    return { kind: 'authority', message: cut(last.detail || last.type), retryAfterMs };
  }
  if (last !== null && last.status >= 500) {
    return { kind: 'network', message: `the authority answered ${last.status}`, retryAfterMs };
  }
  if (/timeout/i.test(text)) {
    return { kind: 'network', message: 'the authority did not answer in time', retryAfterMs };
  }
  if (networkCodes.test(code)) {
    return {
      kind: 'network',
      message: cut(`the authority cannot be reached: ${text || code}`),
      retryAfterMs,
    };
  }
  // A failed validation is in the body of a good answer, and so in the client's words.
  if (
    /^(?:urn:|.*(?:invalid|unauthorized|incorrect|dns problem))/i.test(text) &&
    !(error instanceof TypeError)
  ) {
    return { kind: 'authority', message: cut(text), retryAfterMs };
  }
  return { kind: 'nonsense', message: cut(`the authority answers what is not ACME: ${text}`), retryAfterMs };
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryMs(header: string, now: number): number | null {
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function cut(text: string): string {
  // One line, without control characters: it comes from somebody else and goes to a terminal.
  const line = text.replace(/[\x00-\x1f\x7f]+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
