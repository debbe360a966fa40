/** One order from beginning to end: looks whether it can succeed, shows the challenge, keeps what was issued. */

import { WindlassError } from '../../shared/errors.ts';
import { type OrderEnd, runAcme } from './acme/run-acme.ts';
import type { Authority, AuthorityStore } from './authority-store.ts';
import type { Challenges } from './challenges.ts';
import type { HostRecord, Problem } from './host-store.ts';
import { reachProblem } from './reach-check.ts';
import { createDns } from './resolve.ts';

export interface OrderOptions {
  readonly authorities: AuthorityStore;
  readonly challenges: Challenges;
  /** The program that speaks ACME. */
  readonly command: readonly string[];
  /** The port an authority asks over HTTP. */
  readonly challengePort: number;
  /** For one answer of the authority. Default 30,000. */
  readonly answerMs?: number;
  readonly now: () => number;
}

export type Outcome =
  | { kind: 'issued'; chain: string; key: string }
  | { kind: 'failed'; problem: Problem; retryAfterMs: number | null };

/** For everything: an authority may take minutes to look. */
const orderMs = 300_000;
/** For a TXT record to be seen by the resolver, and between two looks. */
const spreadMs = 120_000;
const lookMs = 2_000;

export async function placeOrder(
  { host, rules }: HostRecord,
  authority: Authority,
  options: OrderOptions,
  signal: AbortSignal,
): Promise<Outcome> {
  const { authorities, challenges, challengePort } = options;
  const dns = createDns(authority.resolver);
  if (rules.challenge === 'http-01') {
    const show = (token: string, value: string) => challenges.show(token, value);
    const problem = await reachProblem(host, { dns, show, port: challengePort });
    if (problem !== null) return { kind: 'failed', problem, retryAfterMs: null };
  }
  const hide: (() => unknown)[] = [];
  try {
    const end = await runAcme(
      { ...authority, host, challenge: rules.challenge, answerMs: options.answerMs ?? 30_000 },
      {
        command: options.command,
        signal,
        limitMs: orderMs,
        onAccount: (url) => authorities.putAccountUrl(authority.directory, url),
        async show({ token, name, value }) {
          if (rules.challenge === 'http-01') {
            hide.push(challenges.show(token, value));
            return;
          }
          const { openProvider } = await import('./dns/open-provider.ts');
          const provider = openProvider(providerOf(authorities, rules.provider), options.now);
          hide.push(await provider.addText(name, value));
          await spread(name, value, (at) => dns.texts(at), signal);
        },
      },
    );
    return outcomeOf(end, authority);
  } finally {
    // What cannot be taken back now is stale and harms nobody; the outcome counts.
    await Promise.allSettled(hide.map(async (each) => each()));
  }
}

function providerOf(authorities: AuthorityStore, name: string | null) {
  const provider = name === null ? null : authorities.provider(name);
  if (provider !== null) return provider;
  throw new WindlassError(
    'not-found',
    name === null ? 'no DNS provider was named' : `there is no DNS provider ${name}`,
    {
      hint: 'Add one with `windlass certs provider NAME KIND token=-`, then name it in the rules of the host.',
    },
  );
}

/** Waits until the resolver sees the record, so that an authority does not look too early. */
async function spread(
  name: string,
  value: string,
  texts: (name: string) => Promise<{ kind: string; values?: string[] }>,
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + spreadMs;
  while (performance.now() < until && !signal.aborted) {
    const found = await texts(name);
    if (found.values?.includes(value) === true) return;
    await Bun.sleep(lookMs);
  }
  throw new WindlassError('timeout', `the record ${name} was made but is not seen in the DNS`, {
    hint: 'Check that the domain is really run by this provider, with `dig TXT` from elsewhere.',
  });
}

function outcomeOf(end: OrderEnd, { directory }: Authority): Outcome {
  switch (end.kind) {
    case 'issued':
      return end;
    case 'not-shown':
      return { kind: 'failed', problem: notShown(end.error), retryAfterMs: null };
    case 'refused': {
      const { kind, message, retryAfterMs } = end.fault;
      const { host } = new URL(directory);
      const problem: Problem = {
        message: kind === 'authority' ? `${host} refused: ${message}` : `${host}: ${message}`,
        todo: kind === 'authority' ? 'Do what it says; the order is tried again by itself.' : null,
        passing: true,
      };
      return { kind: 'failed', problem, retryAfterMs };
    }
  }
}

function notShown(error: unknown): Problem {
  if (!(error instanceof WindlassError)) throw error;
  return {
    message: error.message,
    todo: error.hint ?? null,
    passing: error.code === 'unavailable' || error.code === 'timeout',
  };
}
