/** Keeps answers where a key has it so: for the same request again, and for people to read. */

import type { CallRoom } from '../gateway.ts';
import type { Passage } from './deliver.ts';
import type { OpenCall } from './open-call.ts';

const most = 1024 * 1024;

/** A whole answer that went well. */
export function keepAnswer(
  room: CallRoom,
  call: OpenCall,
  request: string,
  answer: Buffer,
  type: string,
): void {
  if (call.cache !== null) {
    const now = room.now();
    const until = now + call.cache.seconds * 1000;
    room.cache.put(call.cache.hash, call.key, until, { status: 200, type, body: answer }, now);
  }
  if (call.keepsText) room.texts.keep(call.id, request, answer.toString('utf8'));
}

/** A passage that remembers what went through, where the call keeps it; `whole` is null for what is too long. */
export function remembering(call: OpenCall, passage: Passage): { passage: Passage; whole(): Buffer | null } {
  if (call.cache === null && !call.keepsText) return { passage, whole: () => null };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const see = (bytes: Uint8Array | null) => {
    length += bytes?.length ?? 0;
    if (bytes !== null && length <= most) chunks.push(bytes);
    return bytes;
  };
  return {
    passage: {
      push: (bytes) => see(passage.push(bytes)),
      end: () => see(passage.end()),
      broken: (why) => passage.broken(why),
    },
    whole: () => (length > most ? null : Buffer.concat(chunks)),
  };
}
