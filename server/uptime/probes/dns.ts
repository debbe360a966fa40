/** A DNS check: whether a resolver answers a question, and as expected. */

import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Target } from '../../../shared/uptime/check.ts';
import { mayReach } from '../../kernel/address-guard.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

export async function probeDns(
  { name, type, server, contains }: Extract<Target, { kind: 'dns' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const resolver = new Resolver({ timeout: context.timeoutMs, tries: 1 });
  if (server !== undefined) {
    const address = addressOf(server);
    if (address === null) return { kind: 'down', ms: null, why: `${server} is no address of a resolver` };
    if (!mayReach(address, context.allowPrivate)) {
      return {
        kind: 'unsure',
        why: `${server} is a private address, which this check is not allowed to ask`,
      };
    }
    resolver.setServers([server]);
  }
  const startedAt = performance.now();
  const cancel = () => resolver.cancel();
  context.signal.addEventListener('abort', cancel);
  try {
    const answers = textsOf(await resolver.resolve(name, type));
    const ms = performance.now() - startedAt;
    const shown = answers.slice(0, 4).join(', ').slice(0, 200);
    if (contains !== undefined && !answers.some((answer) => answer.includes(contains))) {
      return { kind: 'down', ms, why: `the answer is ${shown || 'empty'}, without ${contains}` };
    }
    return { kind: 'up', ms, detail: shown };
  } catch (error) {
    if (context.signal.aborted) return failureOf(context.signal.reason, context.timeoutMs);
    return failed(error, name, server !== undefined, context.timeoutMs);
  } finally {
    context.signal.removeEventListener('abort', cancel);
  }
}

function failed(error: unknown, name: string, named: boolean, timeoutMs: number): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code).replace('DNS_', '') : '';
  if (code === 'ENOTFOUND' || code === 'ENODATA') {
    return { kind: 'down', ms: null, why: `there is no such record for ${name}` };
  }
  // A resolver that is named is what is checked; the machine's own being down says nothing of the name.
  const why = `the resolver did not answer (${code || 'no reason'})`;
  if (code === 'ETIMEOUT' || code === 'ECONNREFUSED' || code === 'ESERVFAIL' || code === 'EREFUSED') {
    return named ? { kind: 'down', ms: null, why } : { kind: 'unsure', why };
  }
  return failureOf(error, timeoutMs);
}

function addressOf(server: string): string | null {
  const [, bracketed, plain] = /^(?:\[([0-9a-fA-F:.]+)\](?::\d+)?|([\d.]+)(?::\d+)?)$/.exec(server) ?? [];
  const address = bracketed ?? plain ?? server;
  return isIP(address) === 0 ? null : address;
}

function textsOf(answers: unknown): string[] {
  const all = Array.isArray(answers) ? answers : [answers];
  return all.map((answer) => (typeof answer === 'string' ? answer : flat(answer)));
}

function flat(answer: unknown): string {
  if (Array.isArray(answer)) return answer.join('');
  return typeof answer === 'object' && answer !== null ? Object.values(answer).join(' ') : String(answer);
}
