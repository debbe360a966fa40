/** Asks one target after another until one answers; never again once a byte of an answer has come. */

import { WindlassError } from '../../../shared/errors.ts';
import { InvalidRequest, NotCarried } from '../conversation/losses.ts';
import type { Leaving } from '../door/ask.ts';
import type { FleetState } from '../routing/fleet-state.ts';
import type { Target } from '../routing/targets.ts';
import { backOff, type Verdict, verdictOn } from '../routing/verdict.ts';
import { CallFault } from '../surface/fault.ts';
import type { Pool } from '../upstream/pool.ts';
import type { OutgoingRequest } from '../upstream/write-request.ts';
import type { Deadlines } from './deadlines.ts';
import { errorText } from './error-text.ts';
import { ask, type Reply, type Silence, wholeBody } from './reply.ts';

export interface AttemptTools {
  readonly pool: Pool;
  readonly deadlines: Deadlines;
  readonly fleet: FleetState;
  /** Of the wall, ms since the epoch. */
  now(): number;
  random(): number;
}

export interface Answered<Sent extends OutgoingRequest = OutgoingRequest> {
  readonly kind: 'answered';
  /** What was answered. */
  readonly sent: Sent;
  readonly reply: Reply;
  readonly target: Target;
  readonly attempts: number;
}

/** Nobody answered; `fault` is what to say. */
export interface Unanswered {
  readonly kind: 'unanswered';
  readonly fault: CallFault;
  /** The provider's own error, where it may be handed on as it is. */
  readonly body: { readonly bytes: Buffer; readonly type: string; readonly target: Target } | null;
  readonly target: Target | null;
  readonly attempts: number;
  /** Whether a provider may have worked, and will want to be paid, for an answer nobody saw. */
  readonly worked: boolean;
}

/** At one target; each other one starts anew. */
const mostTries = 3;
const mostErrorBody = 64 * 1024;
/** A wait that is longer is not worth it: the next target, or an error that says how long. */
const mostWaitMs = 5000;

/** `render` makes the request for a target and one of its secrets. Resolves at once with `cancelled` once the client leaves. */
export async function attemptAll<Sent extends OutgoingRequest>(
  tools: AttemptTools,
  targets: readonly Target[],
  limits: { firstTokenMs: number; until: number },
  leaving: Leaving,
  render: (target: Target, secret: string | null) => Sent,
): Promise<Answered<Sent> | Unanswered> {
  let attempts = 0;
  let worked = false;
  let last: CallFault | null = null;
  const ended = (fault: CallFault, target: Target | null, body: Unanswered['body'] = null): Unanswered => ({
    kind: 'unanswered',
    fault,
    body,
    target,
    attempts,
    worked,
  });

  for (const target of targets) {
    for (let tries = 1; tries <= mostTries; tries++) {
      const now = tools.now();
      if (leaving.left) return ended(new CallFault(499, 'cancelled', 'the client went away'), target);
      if (now >= limits.until) return ended(timedOut(), target);
      const secret = tools.fleet.take(target.provider, now);
      if (secret === null) {
        last ??= unavailable(target, tools.fleet, now);
        break;
      }
      let sent: Sent;
      try {
        sent = render(target, secret.secret);
      } catch (error) {
        // Another target's dialect may have a place for it.
        last ??= unrenderable(error);
        break;
      }
      attempts++;
      const asked = ask(tools.pool, tools.deadlines, sent, Math.min(limits.firstTokenMs, limits.until - now));
      leaving.hear(() => asked.cancel());
      const reply = await asked.reply;
      leaving.forget();
      if (leaving.left) {
        if (reply.kind === 'reply') reply.cancel();
        worked = true;
        return ended(new CallFault(499, 'cancelled', 'the client went away'), target);
      }
      const judged = judge(reply, tools.now());
      const { verdict, fault, body, early } = judged instanceof Promise ? await judged : judged;
      tools.fleet.tell(target.provider, secret.index, verdict, fault?.message ?? null, tools.now());
      if (verdict.kind === 'answered' && reply.kind === 'reply')
        return { kind: 'answered', sent, reply, target, attempts };
      worked ||= early || (reply.kind === 'silent' && reply.sent);
      last = fault ?? timedOut();
      if (verdict.kind === 'final') {
        return ended(last, target, body === null ? null : { ...body, target });
      }
      if (verdict.kind === 'again') {
        const wait = verdict.afterMs ?? backOff(tries, tools.random());
        if (wait > mostWaitMs || tries === mostTries || (reply.kind === 'silent' && reply.timedOut)) break;
        await sleep(wait, leaving);
      }
    }
  }
  return ended(last ?? timedOut(), targets.at(-1) ?? null);
}

interface Judged {
  verdict: Verdict;
  fault: CallFault | null;
  body: { bytes: Buffer; type: string } | null;
  /** The error came within an answer that had begun well. */
  early: boolean;
}

function judge(reply: Reply | Silence, now: number): Judged | Promise<Judged> {
  if (reply.kind === 'silent') {
    const fault = reply.timedOut
      ? new CallFault(504, 'provider_timeout', `the provider gave ${reply.why}`)
      : new CallFault(502, 'provider_unreachable', `the provider could not be reached: ${reply.why}`);
    return { verdict: { kind: 'again', afterMs: null }, fault, body: null, early: false };
  }
  const { status, headers } = reply.head;
  const verdict = verdictOn(status, headers, now);
  if (verdict.kind === 'answered') {
    const message = earlyError(reply);
    if (message === null) return { verdict, fault: null, body: null, early: false };
    reply.cancel();
    const fault = new CallFault(502, 'provider_error', message);
    return { verdict: { kind: 'again', afterMs: null }, fault, body: null, early: true };
  }
  return judgeRefusal(reply, verdict);
}

async function judgeRefusal(reply: Reply, verdict: Exclude<Verdict, { kind: 'answered' }>): Promise<Judged> {
  const { status, headers } = reply.head;
  const bytes = await wholeBody(reply, mostErrorBody).catch(() => null);
  const message = errorText(bytes) ?? `the provider answered ${status}`;
  const body = bytes === null ? null : { bytes, type: headers.get('content-type') ?? 'application/json' };
  switch (verdict.kind) {
    case 'final': {
      // A redirect is nothing to follow with a key in hand.
      const answer = status < 400 ? 502 : status;
      return {
        verdict,
        fault: new CallFault(answer, 'provider_error', message),
        body: status < 400 ? null : body,
        early: false,
      };
    }
    case 'rotate':
      return {
        verdict,
        fault: new CallFault(429, 'rate_limit_exceeded', message, { retryAfterMs: verdict.coolMs }),
        body: null,
        early: false,
      };
    case 'retire':
      // Its words are not handed on: they would tell the app that its own key is wrong, and may quote ours.
      return {
        verdict,
        fault: new CallFault(502, 'provider_refused', `the provider refused its key with ${status}`),
        body: null,
        early: false,
      };
    case 'again':
      return {
        verdict,
        fault: new CallFault(status >= 500 ? status : 502, 'provider_error', message),
        body: null,
        early: false,
      };
  }
}

/** What a stream that begins with an error says; some providers do that in place of a status. */
function earlyError(reply: Reply): string | null {
  if (reply.first === null || !reply.head.headers.get('content-type')?.startsWith('text/event-stream'))
    return null;
  const text = reply.first.toString('utf8', 0, 4096);
  if (!/^(?:event: ?error|data: ?\{\s*"error"|data: ?\{\s*"type":\s*"error")/.test(text)) return null;
  const data = /^data: ?(.*)$/m.exec(text)?.[1];
  return errorText(data === undefined ? null : Buffer.from(data)) ?? 'the provider broke off';
}

function unrenderable(error: unknown): CallFault {
  if (error instanceof NotCarried || error instanceof InvalidRequest) {
    return new CallFault(400, 'invalid_request_error', error.message, { field: error.field });
  }
  if (error instanceof WindlassError) return new CallFault(502, 'provider_unreachable', error.message);
  throw error;
}

function unavailable({ provider }: Target, fleet: FleetState, now: number): CallFault {
  const waitMs = fleet.waitOf(provider, now);
  const retryAfterMs = Number.isFinite(waitMs) ? waitMs : null;
  return fleet.word(provider.name).kind === 'cooling'
    ? new CallFault(429, 'rate_limit_exceeded', `${provider.name} takes no more calls for now`, {
        retryAfterMs,
      })
    : new CallFault(503, 'provider_unavailable', `${provider.name} cannot be asked now`, { retryAfterMs });
}

function timedOut(): CallFault {
  return new CallFault(504, 'provider_timeout', 'no provider answered in time');
}

function sleep(ms: number, leaving: Leaving): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      leaving.forget();
      resolve();
    };
    const timer = setTimeout(done, ms);
    leaving.hear(done);
  });
}
