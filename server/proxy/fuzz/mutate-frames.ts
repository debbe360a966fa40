/** Makes a conversation of HTTP/2 a little wrong: frames doubled, moved, left out, of another kind, and bytes within them. */

import type { Frame } from './h2-frames.ts';
import { mutate } from './mutate.ts';
import { pick, type Random } from './random.ts';

export function mutateFrames(
  conversation: readonly Frame[],
  other: readonly Frame[],
  random: Random,
): readonly Frame[] {
  let frames = [...conversation];
  for (let count = 1 + (random(2) === 0 ? 0 : random(4)); count > 0; count--)
    frames = once(frames, other, random);
  return frames;
}

function once(frames: Frame[], other: readonly Frame[], random: Random): Frame[] {
  const at = random(frames.length + 1);
  const one = frames[at];
  switch (random(6)) {
    case 0:
      return [...frames.slice(0, at), pick(random, [...frames, ...other]), ...frames.slice(at)];
    case 1:
      return frames.length > 1 ? [...frames.slice(0, at), ...frames.slice(at + 1)] : frames;
    case 2:
      return [...frames.slice(0, at), ...other.slice(random(other.length))];
    default:
      if (one === undefined) return frames;
      return [...frames.slice(0, at), changed(one, random), ...frames.slice(at + 1)];
  }
}

function changed(one: Frame, random: Random): Frame {
  switch (random(7)) {
    case 0:
      return { ...one, type: random(11) };
    case 1:
      return { ...one, flags: one.flags ^ (1 << random(8)) };
    case 2:
      return { ...one, stream: pick(random, [0, 1, 2, 3, 5, 7, 2 ** 31 - 1, 2 ** 31 + 1]) };
    case 3:
      return {
        ...one,
        claimed: pick(random, [0, one.payload.length + 1, one.payload.length - 1, 16_384, 2 ** 24 - 1]),
      };
    default:
      return { ...one, payload: Buffer.from(mutate(one.payload.toString('latin1'), '', random), 'latin1') };
  }
}
