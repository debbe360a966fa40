/** A DNS server of one's own: dynamic updates (RFC 2136) over TCP, signed by TSIG (RFC 8945) with HMAC-SHA-256. */

import { createHmac, randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { WindlassError } from '../../../shared/errors.ts';
import { type DnsProvider, needed, type Settings, textTtl, zonesOf } from './provider.ts';

const kind = 'RFC 2136';
const answerMs = 10_000;

const typeSoa = 6;
const typeTxt = 16;
const typeTsig = 250;
const classIn = 1;
const classNone = 254;
const classAny = 255;
/** Seconds clocks may differ (RFC 8945, 10). */
const fudge = 300;

/** What an answer code means (RFC 2136, 2.2; RFC 8945, 5.2). */
const codes: Readonly<Record<number, string>> = {
  1: 'it cannot read the update',
  2: 'it failed',
  5: 'it refuses the update',
  9: 'the key is wrong, or it is not in charge of the zone',
  10: 'the name is not in the zone',
};

interface Key {
  name: string;
  secret: Buffer;
}

/** Needs `server` (`address[:port]`), `key` (its name) and `secret` (base64); `zone` where it is not to be found out. */
export function rfc2136(settings: Settings, now: () => number): DnsProvider {
  const server = needed(settings, 'server', kind);
  const key = {
    name: needed(settings, 'key', kind).toLowerCase().replace(/\.$/, ''),
    secret: Buffer.from(needed(settings, 'secret', kind), 'base64'),
  };

  async function update(name: string, value: string, kindOf: 'add' | 'remove'): Promise<void> {
    const zones = settings.zone === undefined ? zonesOf(name) : [settings.zone];
    let last = 9;
    for (const zone of zones) {
      const message = updateMessage({ zone, name, value, kind: kindOf, key, at: now() });
      last = rcodeOf(await exchange(server, message));
      if (last === 0) return;
      // Not in charge of this zone: it may be of the one above.
      if (last !== 9) break;
    }
    throw new WindlassError(
      last === 2 ? 'unavailable' : 'failed',
      `${kind} at ${server}: ${codes[last] ?? `code ${last}`}`,
      {
        hint: "Check the key's name and secret, and which zones it may update.",
      },
    );
  }

  return {
    async addText(name, value) {
      await update(name, value, 'add');
      return () => update(name, value, 'remove');
    },
  };
}

export interface UpdateFields {
  zone: string;
  name: string;
  value: string;
  kind: 'add' | 'remove';
  key: Key;
  at: number;
}

/** The whole message, with its signature. */
function updateMessage({ zone, name, value, kind: action, key, at }: UpdateFields): Buffer {
  const id = randomInt(0x10000);
  // Opcode 5 is UPDATE; one zone, no conditions, one change.
  const head = (extra: number) => u16(id, 0x2800, 1, 0, 1, extra);
  const text = Buffer.concat([Buffer.of(value.length), Buffer.from(value, 'latin1')]);
  const change = Buffer.concat([
    wireName(name),
    u16(typeTxt, action === 'add' ? classIn : classNone),
    u32(action === 'add' ? textTtl : 0),
    u16(text.length),
    text,
  ]);
  const body = Buffer.concat([wireName(zone), u16(typeSoa, classIn), change]);
  const algorithm = wireName('hmac-sha256');
  const seconds = Math.floor(at / 1000);
  const time = Buffer.concat([u16(Math.floor(seconds / 2 ** 32)), u32(seconds % 2 ** 32)]);
  const variables = Buffer.concat([
    wireName(key.name),
    u16(classAny),
    u32(0),
    algorithm,
    time,
    u16(fudge, 0, 0),
  ]);
  const mac = createHmac('sha256', key.secret).update(head(0)).update(body).update(variables).digest();
  const tsig = Buffer.concat([algorithm, time, u16(fudge, mac.length), mac, u16(id, 0, 0)]);
  return Buffer.concat([
    head(1),
    body,
    wireName(key.name),
    u16(typeTsig, classAny),
    u32(0),
    u16(tsig.length),
    tsig,
  ]);
}

function rcodeOf(answer: Buffer): number {
  return answer.length < 12 ? 1 : (answer[3] ?? 0) & 0x0f;
}

/** One message there and one back, each behind its length (RFC 1035, 4.2.2). */
function exchange(server: string, message: Buffer): Promise<Buffer> {
  const colon = /^(?:\[[^\]]+\]|[^:]+):(\d+)$/.exec(server);
  const port = Number(colon?.[1] ?? 53);
  const host = (colon === null ? server : server.slice(0, server.lastIndexOf(':'))).replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const socket = connect({ host, port });
    const fail = (cause?: unknown) => {
      socket.destroy();
      reject(
        new WindlassError('unavailable', `${kind}: ${server} does not answer`, {
          hint: 'Check its address, and that it takes updates over TCP.',
          cause,
        }),
      );
    };
    socket.setTimeout(answerMs, () => fail());
    socket.on('error', fail);
    socket.on('close', () => fail());
    socket.on('connect', () => socket.write(Buffer.concat([u16(message.length), message])));
    socket.on('data', (bytes: Buffer) => {
      answer = Buffer.concat([answer, bytes]);
      if (answer.length < 2 || answer.length < 2 + answer.readUInt16BE(0)) return;
      resolve(answer.subarray(2, 2 + answer.readUInt16BE(0)));
      socket.destroy();
    });
  });
}

function wireName(name: string): Buffer {
  const labels = name.replace(/\.$/, '').toLowerCase().split('.');
  const parts = labels.map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')]));
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
