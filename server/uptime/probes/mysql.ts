/** A MySQL or MariaDB check: the greeting, and a login that is let fail (protocol 4.1). */

import type { Target } from '../../../shared/uptime/check.ts';
import { converse } from '../conversation.ts';
import { destination } from '../destination.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

/** Access denied, host not allowed, and the like: errors of a server that is up. */
const refusals = new Set([1044, 1045, 1130, 1251, 1698, 2059, 3159]);

export async function probeMysql(
  { host, port }: Extract<Target, { kind: 'mysql' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const place = await destination(host, context);
  if (place.kind === 'none') return place.outcome;
  const startedAt = performance.now();
  let greeted: string | null = null;
  try {
    return await converse<Outcome>({
      ...{ address: place.address, port, signal: context.signal },
      decide(read, say) {
        const ms = performance.now() - startedAt;
        const [first, second] = packetsOf(read);
        const now = greeted === null ? first : second;
        if (now === undefined) return undefined;
        if (now[0] === 0xff) {
          const code = now.readUInt16LE(1);
          const text = now
            .subarray(3)
            .toString('latin1')
            .replace(/^#...../, '');
          if (refusals.has(code)) return { kind: 'up', ms, detail: greeted };
          return { kind: 'down', ms, why: `it answered ${code} ${text.slice(0, 200)}` };
        }
        if (greeted !== null) return { kind: 'up', ms, detail: greeted };
        if (now[0] !== 0x0a) return { kind: 'down', ms, why: 'it does not speak as MySQL does' };
        greeted = now.subarray(1, now.indexOf(0, 1)).toString('latin1').slice(0, 80);
        // Who hangs up here is counted, and shut out after 100 times (max_connect_errors); a login that fails is not.
        say(login());
        return undefined;
      },
    });
  } catch (error) {
    return failureOf(error, context.timeoutMs);
  }
}

function packetsOf(read: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at + 4 <= read.length; ) {
    const length = read.readUIntLE(at, 3);
    if (at + 4 + length > read.length) break;
    packets.push(read.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return packets;
}

/** HandshakeResponse41 of a user there is not, without a password. */
function login(): Uint8Array {
  const protocol41 = 0x200;
  const secureConnection = 0x8000;
  const pluginAuth = 0x8_0000;
  const body = Buffer.concat([
    Buffer.alloc(32),
    Buffer.from('windlass-check\0\0mysql_native_password\0', 'latin1'),
  ]);
  body.writeUInt32LE(protocol41 | secureConnection | pluginAuth, 0);
  body.writeUInt32LE(1 << 24, 4);
  body[8] = 45;
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = 1;
  return Buffer.concat([head, body]);
}
