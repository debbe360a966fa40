/** A provider's stream as the body of our answer: each piece goes out as it comes, at the speed of who reads. */

import type { Reply } from './reply.ts';

export interface Passage {
  /** What to send for these bytes; null for nothing. Throws where they make no sense. */
  push(bytes: Buffer): Uint8Array | null;
  end(): Uint8Array | null;
  /** What to send where it broke off. */
  broken(why: string): Uint8Array | null;
}

export type Ended =
  | { readonly kind: 'whole' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'broken'; readonly why: string };

/** Bytes that may wait for a slow reader before the provider is told to wait. */
const mostWaiting = 64 * 1024;

/** `ended` is called exactly once. */
export function deliver(
  reply: Reply,
  passage: Passage,
  ended: (how: Ended) => void,
): { body: ReadableStream<Uint8Array>; stop(why: string): void } {
  let over = false;
  let paused = false;
  let stop: (why: string) => void = () => undefined;
  const finish = (how: Ended) => {
    if (over) return false;
    over = true;
    ended(how);
    return true;
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (bytes: Uint8Array | null) => {
          if (bytes === null || bytes.length === 0) return;
          controller.enqueue(bytes);
          if (!paused && (controller.desiredSize ?? 1) <= 0) {
            paused = true;
            reply.pause();
          }
        };
        const breakOff = (why: string) => {
          if (over) return;
          send(passage.broken(why));
          finish({ kind: 'broken', why });
          controller.close();
        };
        stop = (why) => {
          if (over) return;
          reply.cancel();
          breakOff(why);
        };
        reply.attach({
          chunk(bytes) {
            if (over) return;
            try {
              send(passage.push(bytes));
            } catch (error) {
              stop(error instanceof Error ? error.message : String(error));
            }
          },
          end() {
            if (over) return;
            try {
              send(passage.end());
            } catch (error) {
              return breakOff(error instanceof Error ? error.message : String(error));
            }
            finish({ kind: 'whole' });
            controller.close();
          },
          failed: breakOff,
        });
      },
      pull() {
        if (!paused) return;
        paused = false;
        reply.resume();
      },
      cancel() {
        reply.cancel();
        finish({ kind: 'cancelled' });
      },
    },
    { highWaterMark: mostWaiting, size: (bytes) => bytes?.byteLength ?? 0 },
  );
  return { body, stop: (why) => stop(why) };
}
