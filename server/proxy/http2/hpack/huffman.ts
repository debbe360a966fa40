/** Strings packed by the Huffman code of HPACK (RFC 7541, 5.2 and appendix B), unpacked four bits at a time. */

/** Bits of each byte's code, and of the end of a string. Codes of one length rise with their bytes (appendix B), so these say all. */
const lengths =
  '13 23 28 28 28 28 28 28 28 24 30 28 28 30 28 28 28 28 28 28 28 28 30 28 28 28 28 28 28 28 28 28 ' +
  '6 10 10 12 13 6 8 11 10 10 8 11 8 6 6 6 5 5 5 6 6 6 6 6 6 6 7 8 15 6 12 10 ' +
  '13 6 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 8 7 8 13 19 13 14 6 ' +
  '15 5 6 5 6 5 6 6 6 5 7 7 6 6 6 5 6 7 6 5 5 6 7 7 7 7 7 15 11 14 13 28 ' +
  '20 22 20 20 22 22 22 23 22 23 23 23 23 23 24 23 24 24 22 23 24 23 23 23 23 21 22 23 22 23 23 24 ' +
  '22 21 20 22 22 23 23 21 23 22 22 24 21 22 23 23 21 21 22 21 23 22 23 23 20 22 22 22 23 22 22 23 ' +
  '26 26 20 19 22 23 22 25 26 26 26 27 27 26 24 25 19 21 26 27 27 26 27 24 21 21 26 26 28 27 27 27 ' +
  '20 24 20 21 22 21 21 23 22 22 25 25 24 24 26 23 26 27 26 26 27 27 27 27 27 28 27 27 27 27 27 26 30';

const endOfString = 256;

// What a step says: the next node in the low byte, a byte that is complete in the second, and these.
const emits = 0x10000;
const isBad = 0x20000;

interface Tree {
  /** 16 steps of each node. Its nodes are numbered in the order they are met; the root is 0. */
  readonly steps: Uint32Array;
  /** Whether a string may end there: what is left over is fewer than eight bits of one (RFC 7541, 5.2). */
  readonly mayEnd: Uint8Array;
}

const { steps, mayEnd } = grow();
let scratch = Buffer.allocUnsafeSlow(1_024);

/** The text of `bytes` from `start` to `end`, one character a byte; null where it is no such string. */
export function unpacked(bytes: Buffer, start: number, end: number): string | null {
  // The shortest code has five bits.
  const most = Math.ceil(((end - start) * 8) / 5);
  if (scratch.length < most) scratch = Buffer.allocUnsafeSlow(most * 2);
  let node = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    let step = steps[(node << 4) | (byte >> 4)] ?? isBad;
    if ((step & emits) !== 0) scratch[length++] = (step >> 8) & 0xff;
    const bad = step & isBad;
    step = steps[((step & 0xff) << 4) | (byte & 15)] ?? isBad;
    if ((step & emits) !== 0) scratch[length++] = (step >> 8) & 0xff;
    if (((bad | step) & isBad) !== 0) return null;
    node = step & 0xff;
  }
  return mayEnd[node] === 1 ? scratch.latin1Slice(0, length) : null;
}

function grow(): Tree {
  // Two children of each node: a number of a node, or the complement of a byte.
  const children: [number, number][] = [[0, 0]];
  const plant = (code: number, length: number, byte: number) => {
    let node = 0;
    for (let bit = length - 1; bit >= 0; bit--) {
      const side = ((code >> bit) & 1) as 0 | 1;
      const here = children[node];
      if (here === undefined) throw new Error('a node that was never met');
      if (bit === 0) here[side] = ~byte;
      else {
        if (here[side] === 0) here[side] = children.push([0, 0]) - 1;
        node = here[side];
      }
    }
  };
  const codes = lengths.split(' ').map(Number);
  let code = 0;
  for (let length = 5; length <= 30; length++, code <<= 1) {
    codes.forEach((each, byte) => {
      if (each === length) plant(code++, length, byte);
    });
  }
  return { steps: stepsOf(children), mayEnd: endsOf(children) };
}

function stepsOf(children: readonly (readonly [number, number])[]): Uint32Array {
  const table = new Uint32Array(children.length * 16);
  for (let from = 0; from < children.length; from++) {
    for (let bits = 0; bits < 16; bits++) {
      let node = from;
      let step = 0;
      for (let bit = 3; bit >= 0; bit--) {
        const next = children[node]?.[((bits >> bit) & 1) as 0 | 1] ?? 0;
        node = Math.max(0, next);
        if (next === ~endOfString) step |= isBad;
        else if (next < 0) step |= emits | (~next << 8);
      }
      table[from * 16 + bits] = step | node;
    }
  }
  return table;
}

/** The root, and up to seven ones from there. */
function endsOf(children: readonly (readonly [number, number])[]): Uint8Array {
  const ends = new Uint8Array(children.length);
  let node = 0;
  for (let ones = 0; ones < 8; ones++) {
    ends[node] = 1;
    node = children[node]?.[1] ?? 0;
  }
  return ends;
}
