/** A PostgreSQL check: a start-up message, protocol 3.0 (https://www.postgresql.org/docs/current/protocol-flow.html). */

import type { Target } from '../../../shared/uptime/check.ts';
import { converse } from '../conversation.ts';
import { destination } from '../destination.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

/** SQLSTATEs of a server that takes nobody: 57P0x it starts or stops, 53xxx it is full, XXxxx it is broken. */
const away = /^(57P|53|58|XX)/;

export async function probePostgres(
  { host, port, user }: Extract<Target, { kind: 'postgres' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const place = await destination(host, context);
  if (place.kind === 'none') return place.outcome;
  const startedAt = performance.now();
  try {
    return await converse<Outcome>({
      ...{ address: place.address, port, signal: context.signal },
      hello: startUp(user),
      decide(read) {
        const ms = performance.now() - startedAt;
        if (read.length < 5) return undefined;
        const kind = String.fromCharCode(read[0] ?? 0);
        // An offer to log in is as far as it goes; the password is nobody's business here.
        if (kind === 'R') return { kind: 'up', ms, detail: null };
        if (kind !== 'E') return { kind: 'down', ms, why: 'it does not speak as PostgreSQL does' };
        if (read.length < 1 + read.readInt32BE(1)) return undefined;
        const { state, text } = errorOf(read.subarray(5, 1 + read.readInt32BE(1)));
        return away.test(state) ? { kind: 'down', ms, why: text } : { kind: 'up', ms, detail: null };
      },
    });
  } catch (error) {
    return failureOf(error, context.timeoutMs);
  }
}

function startUp(user: string): Uint8Array {
  const words = Buffer.from(
    ['user', user, 'database', 'postgres', 'application_name', 'windlass', '', ''].join('\0'),
  );
  const body = words.subarray(0, -1);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, body]);
}

function errorOf(fields: Buffer): { state: string; text: string } {
  const found = new Map(
    fields
      .toString('utf8')
      .split('\0')
      .map((field) => [field[0] ?? '', field.slice(1)]),
  );
  return { state: found.get('C') ?? '', text: (found.get('M') ?? 'an error').slice(0, 200) };
}
