/** HTTP/2 frames as data (RFC 9113, 4 and 6), so that they can be put in order, or out of it, and made into bytes. */

export { flags, frameTypes, preface } from '../http2/frames.ts';

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
  /** What its head says where that is not how long it is. */
  readonly claimed?: number;
}

export function frame(type: number, flagsOf: number, stream: number, payload: Buffer | string = ''): Frame {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  return { type, flags: flagsOf, stream, payload: bytes };
}

export function frameBytes({ type, flags: flagsOf, stream, payload, claimed }: Frame): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE((claimed ?? payload.length) & 0xffffff, 0, 3);
  head.writeUInt8(type & 0xff, 3);
  head.writeUInt8(flagsOf & 0xff, 4);
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** A field block of literals that are not indexed and not packed (RFC 7541, 6.2.2): any bytes at all can be sent so. */
export function fieldBlock(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), literal(name), literal(value)])),
  );
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([prefixed(bytes.length), bytes]);
}

/** An integer with a prefix of seven bits (RFC 7541, 5.1). */
function prefixed(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}
