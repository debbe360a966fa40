/** What an answer of the other side means for a delivery. Pure. */

import type { ChannelKind } from '../../shared/notify/channel-kinds.ts';

/** `refused`: this message will never be taken. `later`: another attempt may work; `waitMs` where the other side said when. */
export type Outcome =
  | { kind: 'sent'; answer: string }
  | { kind: 'refused'; answer: string }
  | { kind: 'later'; answer: string; waitMs: number | null };

const longestWaitMs = 3_600_000;

/** Of an HTTP answer. `retryAfter` is the header (RFC 9110, 10.2.3), in seconds or as a date. */
export function outcomeOf(
  kind: ChannelKind,
  { status, body, retryAfter }: { status: number; body: string; retryAfter: string | null },
  now: number,
): Outcome {
  const answer = body === '' ? `${status}` : `${status} ${body}`;
  if (status >= 200 && status < 300) {
    // Telegram and Pushover may refuse within a 200.
    const refused =
      (kind === 'telegram' && !/"ok"\s*:\s*true/.test(body)) ||
      (kind === 'pushover' && !/"status"\s*:\s*1/.test(body));
    return refused ? { kind: 'refused', answer } : { kind: 'sent', answer };
  }
  // What is wrong with the message stays wrong; what is wrong with an address or a key may be put right.
  const final = [400, 405, 406, 411, 413, 414, 415, 422].includes(status);
  return final ? { kind: 'refused', answer } : { kind: 'later', answer, waitMs: waitOf(retryAfter, now) };
}

/** Of what nodemailer throws: 5xx is final (RFC 5321, 4.2.1), but not where it is about the password or the connection. */
export function mailOutcome(error: unknown): Outcome {
  const answer = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const login = code === 530 || code === 534 || code === 535 || code === 538;
  return code >= 500 && !login ? { kind: 'refused', answer } : { kind: 'later', answer, waitMs: null };
}

/** Between attempts: 5 s, doubled each time, 5 minutes at most. */
export function backOffMs(failures: number): number {
  return Math.min(300_000, 5000 * 2 ** Math.min(failures - 1, 10));
}

function waitOf(retryAfter: string | null, now: number): number | null {
  if (retryAfter === null) return null;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.max(0, Math.min(longestWaitMs, ms)) : null;
}
