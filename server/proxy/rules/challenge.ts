/** Proof of work before an environment under attack: what a visitor is set, what proves it, and the pass it earns. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { matchPattern } from '../../../shared/proxy/path-pattern.ts';
import type { RouteRules } from '../../../shared/proxy/rules.ts';
import { fieldValue } from '../http1/field.ts';
import { cookieValue } from './cookie-value.ts';
import { clientKey } from './token-buckets.ts';
import type { RuledRequest, Verdict } from './verdict.ts';

export const passCookie = '__windlass_pass';
/** A visitor proves it once an hour. */
const passMs = 3_600_000;
/** For the work itself, on a slow phone too. */
const taskMs = 300_000;
/** SHA-256 tries on average: 2^16, a third of a second in a browser. */
const defaultBits = 16;
/** Tasks that were handed in and are not over yet. Each cost its visitor the work. */
const mostSpent = 100_000;

export interface ChallengeGate {
  judge(request: RuledRequest, plain: string, time: number): Verdict | null;
}

/** Lets those through that carry a pass for this environment and their address. */
export function createChallengeGate(
  { path, bits = defaultBits }: NonNullable<RouteRules['challenge']>,
  secret: Uint8Array,
  service: string,
): ChallengeGate {
  return {
    judge(request, plain, time) {
      if (path !== undefined && matchPattern(path, plain) === null) return null;
      const cookie = cookieValue(fieldValue(request.fields, 'cookie'), passCookie);
      return isPass(cookie, secret, service, request.client, time) ? null : { kind: 'challenge', bits };
    },
  };
}

/** Sets tasks and takes them in, each once. */
export class ChallengeDesk {
  readonly #secret: Uint8Array;
  /** What was handed in before a start is not remembered, so tasks set before it are worth nothing after it. */
  readonly #since = randomBytes(12).toString('base64url');
  /** Nonce to the ms at which its task is over anyway. */
  readonly #spent = new Map<string, number>();

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** `bits.expires.nonce.signature`, good for one visitor of one environment. */
  task(service: string, client: string, bits: number, time: number): string {
    const said = `${bits}.${time + taskMs}.${randomBytes(12).toString('base64url')}`;
    return `${said}.${this.#sign('task', said, service, client)}`;
  }

  /** The pass for `task:counter`, as it came from a visitor; null where it proves nothing, or was handed in before. */
  redeem(answer: string, service: string, client: string, time: number): string | null {
    const parts = /^((\d{1,2})\.(\d{1,15})\.([\w-]{16}))\.([\w-]{43}):(\d{1,15})$/.exec(answer);
    if (parts === null) return null;
    const [, said = '', bits = '', expires = '', nonce = '', signature = ''] = parts;
    if (Number(expires) < time) return null;
    if (!same(signature, this.#sign('task', said, service, client))) return null;
    if (leadingZeros(new Bun.CryptoHasher('sha256').update(answer).digest()) < Number(bits)) return null;
    if (!this.#spend(nonce, Number(expires), time)) return null;
    const until = String(time + passMs);
    return `${until}.${this.#sign('pass', until, service, client)}`;
  }

  #spend(nonce: string, expires: number, time: number): boolean {
    if (this.#spent.has(nonce)) return false;
    if (this.#spent.size >= mostSpent) {
      for (const [old, over] of this.#spent) if (over < time) this.#spent.delete(old);
      if (this.#spent.size >= mostSpent) return false;
    }
    this.#spent.set(nonce, expires);
    return true;
  }

  #sign(what: 'task' | 'pass', said: string, service: string, client: string): string {
    const kind = what === 'task' ? `task ${this.#since}` : what;
    return sign(this.#secret, kind, said, service, client);
  }
}

/** Seconds a pass is good for. */
export const passSeconds = passMs / 1000;

function isPass(value: string, secret: Uint8Array, service: string, client: string, time: number): boolean {
  const [, until = '', signature = ''] = /^(\d{1,15})\.([\w-]{43})$/.exec(value) ?? [];
  return Number(until) > time && same(signature, sign(secret, 'pass', until, service, client));
}

function sign(secret: Uint8Array, what: string, said: string, service: string, client: string): string {
  return createHmac('sha256', secret)
    .update(`${what}\n${said}\n${service}\n${clientKey(client)}`)
    .digest('base64url');
}

function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

function leadingZeros(bytes: Uint8Array): number {
  let bits = 0;
  for (const byte of bytes) {
    if (byte !== 0) return bits + Math.clz32(byte) - 24;
    bits += 8;
  }
  return bits;
}
