/** Frames of a WebSocket (RFC 6455, section 5) as a server reads and writes them. Pure. */

export type Frame =
  | { kind: 'text'; text: string }
  | { kind: 'binary'; bytes: Uint8Array }
  | { kind: 'ping'; bytes: Uint8Array }
  | { kind: 'pong' }
  | { kind: 'close' };

/** Why a connection must end (RFC 6455, 7.4.1). */
export type Fault = { kind: 'fault'; status: 1002 | 1007 | 1009 };

const codes = { text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Takes bytes as they come; answers whole messages. After a fault it must not be used again. */
export function createFrameReader(mostBytes: number): (bytes: Uint8Array) => (Frame | Fault)[] {
  let rest = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let partsCode = 0;
  const one = (): Frame | Fault | 'more' | 'part' => {
    const head = readHead(rest, mostBytes);
    if (head === 'more' || 'kind' in head) return head;
    const end = head.start + head.length;
    if (rest.length < end) return 'more';
    const payload = Buffer.from(rest.subarray(head.start, end));
    for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] ?? 0) ^ (head.mask[at % 4] ?? 0);
    rest = rest.subarray(end);
    if (head.code >= 0x8) return control(head.code, payload);
    if ((head.code === 0) !== parts.length > 0) return { kind: 'fault', status: 1002 };
    if (head.code !== 0) partsCode = head.code;
    parts.push(payload);
    if (parts.reduce((sum, part) => sum + part.length, 0) > mostBytes) return { kind: 'fault', status: 1009 };
    if (!head.final) return 'part';
    const whole = Buffer.concat(parts);
    parts = [];
    return message(partsCode, whole);
  };
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const found: (Frame | Fault)[] = [];
    for (;;) {
      const next = one();
      if (next === 'more') return found;
      if (next === 'part') continue;
      found.push(next);
      if (next.kind === 'fault') return found;
    }
  };
}

/** One unmasked frame, as a server sends it (RFC 6455, 5.1). */
export function writeFrame(kind: keyof typeof codes, payload: Uint8Array): Buffer {
  const size = payload.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head[0] = 0x80 | codes[kind];
  if (size < 126) head[1] = size;
  else if (size < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(size, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, payload]);
}

interface Head {
  final: boolean;
  code: number;
  mask: Uint8Array;
  start: number;
  length: number;
}

function readHead(bytes: Buffer, mostBytes: number): Head | Fault | 'more' {
  if (bytes.length < 2) return 'more';
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const code = first & 0x0f;
  // Reserved bits need an extension, clients must mask (5.2), and control frames are short and whole (5.5).
  const short = second & 0x7f;
  if ((first & 0x70) !== 0 || (second & 0x80) === 0) return { kind: 'fault', status: 1002 };
  if (code >= 0x8 && (short > 125 || (first & 0x80) === 0)) return { kind: 'fault', status: 1002 };
  const sizeBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + sizeBytes + 4;
  if (bytes.length < start) return 'more';
  const length =
    sizeBytes === 0 ? short : sizeBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > mostBytes) return { kind: 'fault', status: 1009 };
  return { final: (first & 0x80) !== 0, code, mask: bytes.subarray(start - 4, start), start, length };
}

function control(code: number, payload: Buffer): Frame | Fault {
  if (code === codes.close) return { kind: 'close' };
  if (code === codes.ping) return { kind: 'ping', bytes: payload };
  return code === codes.pong ? { kind: 'pong' } : { kind: 'fault', status: 1002 };
}

function message(code: number, payload: Buffer): Frame | Fault {
  if (code === codes.binary) return { kind: 'binary', bytes: payload };
  if (code !== codes.text) return { kind: 'fault', status: 1002 };
  try {
    return { kind: 'text', text: utf8.decode(payload) };
  } catch {
    return { kind: 'fault', status: 1007 };
  }
}
