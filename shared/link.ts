/** What travels between the renderer and the host: one channel of messages, many questions on it at once. */

import * as z from 'zod/mini';
import type { PublicError } from './errors.ts';

const id = z.number().check(z.int(), z.minimum(1), z.maximum(0xffff_ffff));

/**
 * From the renderer. `ask` starts a question of any kind; `chunk` and `end` are the body of an upload; `cancel` ends it.
 * Ids are the renderer's own, never used twice on a channel.
 */
export const fromRenderer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ask'), id, method: z.string().check(z.maxLength(80)), params: z.unknown() }),
  z.object({ kind: z.literal('chunk'), id, bytes: z.instanceof(Uint8Array) }),
  z.object({ kind: z.literal('end'), id }),
  z.object({ kind: z.literal('cancel'), id }),
]);
export type FromRenderer = z.infer<typeof fromRenderer>;

/** From the host. `more`: a chunk was taken, another may come. `result` and `error` end a question. */
export type FromHost =
  | { kind: 'event'; id: number; event: unknown }
  | { kind: 'more'; id: number }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: PublicError };

/** Chunks of an upload that may be under way unanswered, and bytes of one. Together the most that is ever buffered. */
export const uploadWindow = { chunks: 8, bytes: 256 * 1024 } as const;
