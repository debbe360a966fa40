/** A Redis check: PING in RESP (https://redis.io/docs/latest/develop/reference/protocol-spec/). */

import type { Target } from '../../../shared/uptime/check.ts';
import { converse } from '../conversation.ts';
import { destination } from '../destination.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

export async function probeRedis(
  { host, port, password }: Extract<Target, { kind: 'redis' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const place = await destination(host, context);
  if (place.kind === 'none') return place.outcome;
  const startedAt = performance.now();
  const login = password === undefined ? '' : command('AUTH', password);
  try {
    return await converse<Outcome>({
      ...{ address: place.address, port, signal: context.signal },
      hello: login + command('PING'),
      decide(read) {
        const lines = read.toString('latin1').split('\r\n').slice(0, -1);
        const last = lines.at(-1) ?? '';
        const ms = performance.now() - startedAt;
        if (last === '+PONG') return { kind: 'up', ms, detail: null };
        // Without a password all that can be seen is that it asks for one.
        if (last.startsWith('-NOAUTH') && password === undefined) {
          return { kind: 'up', ms, detail: 'it asks for a password' };
        }
        const fault = lines.find((line) => line.startsWith('-'));
        return fault === undefined
          ? undefined
          : { kind: 'down', ms, why: `it answered ${fault.slice(1, 200)}` };
      },
    });
  } catch (error) {
    return failureOf(error, context.timeoutMs);
  }
}

function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
