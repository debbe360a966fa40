/** A small authoritative DNS server for tests: answers A and TXT, and takes signed updates. */

import { createHmac } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

export interface DnsRig {
  readonly port: number;
  readonly addresses: Map<string, string>;
  readonly texts: Map<string, Set<string>>;
  /** Every TXT value there ever was, as `name value`. */
  readonly history: string[];
  /** Answers no question while true. */
  silent: boolean;
  close(): void;
}

interface Question {
  name: string;
  type: number;
  end: number;
}

/** `zone` takes updates signed by the key `name`. */
export async function startDns(zone: string, key: { name: string; secret: Buffer }): Promise<DnsRig> {
  const addresses = new Map<string, string>();
  const texts = new Map<string, Set<string>>();
  const history: string[] = [];
  const rig = { addresses, texts, history, silent: false };
  const answer = (message: Buffer): Buffer | null => {
    if (rig.silent) return null;
    const opcode = ((message[2] ?? 0) >> 3) & 0xf;
    return opcode === 5 ? update(message) : respond(message);
  };

  function respond(message: Buffer): Buffer {
    const { name, type, end } = question(message);
    const records: Buffer[] = [];
    const address = addresses.get(name);
    if (type === 1 && address !== undefined)
      records.push(record(1, Buffer.from(address.split('.').map(Number))));
    if (type === 16) {
      for (const value of texts.get(name) ?? []) {
        records.push(record(16, Buffer.concat([Buffer.of(value.length), Buffer.from(value)])));
      }
    }
    const known = addresses.has(name) || texts.has(name) || name === zone;
    return reply(message, message.subarray(12, end), records, known ? 0 : 3);
  }

  function update(message: Buffer): Buffer {
    const section = question(message);
    if (section.name !== zone) return reply(message, message.subarray(12, section.end), [], 9);
    const change = question(message, section.end);
    const ttlAt = change.end;
    const length = message.readUInt16BE(ttlAt + 4);
    const data = message.subarray(ttlAt + 6, ttlAt + 6 + length);
    const tsigAt = ttlAt + 6 + length;
    if (!vouched(message, tsigAt)) return reply(message, message.subarray(12, section.end), [], 9);
    const value = data.subarray(1).toString('latin1');
    const values = texts.get(change.name) ?? new Set<string>();
    if (message.readUInt16BE(change.end - 2) === 254) values.delete(value);
    else {
      values.add(value);
      history.push(`${change.name} ${value}`);
    }
    texts.set(change.name, values);
    return reply(message, message.subarray(12, section.end), [], 0);
  }

  /** RFC 8945, 4.3: the message without the signature, then its variables. */
  function vouched(message: Buffer, at: number): boolean {
    const { name, end } = question(message, at);
    if (name !== key.name) return false;
    const algorithm = question(message, end + 6);
    const algorithmEnd = algorithm.end - 4;
    const time = message.subarray(algorithmEnd, algorithmEnd + 6);
    const fudge = message.subarray(algorithmEnd + 6, algorithmEnd + 8);
    const size = message.readUInt16BE(algorithmEnd + 8);
    const mac = message.subarray(algorithmEnd + 10, algorithmEnd + 10 + size);
    const bare = Buffer.from(message.subarray(0, at));
    bare.writeUInt16BE(0, 10);
    const wire = message.subarray(at, end - 4);
    const variables = Buffer.concat([
      wire,
      Buffer.of(0, 255, 0, 0, 0, 0),
      message.subarray(end + 6, algorithmEnd),
      time,
      fudge,
      Buffer.of(0, 0, 0, 0),
    ]);
    return createHmac('sha256', key.secret).update(bare).update(variables).digest().equals(mac);
  }

  const overTcp = (socket: Socket) => {
    let bytes: Buffer = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return;
      const said = answer(bytes.subarray(2));
      if (said === null) return;
      const size = Buffer.alloc(2);
      size.writeUInt16BE(said.length);
      socket.end(Buffer.concat([size, said]));
    });
  };
  const tcp = createServer(overTcp);
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const place = tcp.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  const udp = await Bun.udpSocket({
    hostname: '127.0.0.1',
    port,
    socket: {
      data(socket, message, from, address) {
        const said = answer(message);
        if (said !== null) socket.send(said, from, address);
      },
    },
  });
  return Object.assign(rig, {
    port,
    close: () => {
      udp.close();
      tcp.close();
    },
  });
}

function question(message: Buffer, start = 12): Question {
  const labels: string[] = [];
  let at = start;
  for (let size = message[at] ?? 0; size > 0; size = message[at] ?? 0) {
    labels.push(message.subarray(at + 1, at + 1 + size).toString('latin1'));
    at += size + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** For the name that was asked for, which is at 12. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 1, 0, data.length]);
  return Buffer.concat([head, data]);
}

function reply(message: Buffer, asked: Buffer, records: readonly Buffer[], code: number): Buffer {
  const opcode = (message[2] ?? 0) & 0x78;
  const recursion = (message[2] ?? 0) & 1;
  const head = Buffer.of(
    message[0] ?? 0,
    message[1] ?? 0,
    0x84 | opcode | recursion,
    0x80 | code,
    0,
    1,
    0,
    records.length,
    0,
    0,
    0,
    0,
  );
  return Buffer.concat([head, asked, ...records]);
}
