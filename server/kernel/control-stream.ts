/** The body of a stream's answer: lines, heartbeats, and a bound on what a slow reader may leave unread. */

import { type PublicError, toPublicError, WindlassError } from '../../shared/errors.ts';

export interface LineStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Adds `value` as a line. Beyond the bound the unread lines go, the reader gets an error line, and `onGone` is called. */
  push(value: unknown): void;
  /** Adds the last line and ends the stream. Nothing more happens once it has ended. */
  end(value: { result: unknown } | { error: PublicError }): void;
  /** Resolves once little is unread, or the stream has ended. */
  drained(): Promise<void>;
}

export interface LineStreamOptions {
  heartbeatMs: number;
  /** Characters that may be unread. */
  mostUnread: number;
  /** The reader went away or was cut off: nobody hears what follows. */
  onGone(): void;
}

const nearUnread = 262_144;
const chunkCharacters = 262_144;

export function createLineStream({ heartbeatMs, mostUnread, onGone }: LineStreamOptions): LineStream {
  const encoder = new TextEncoder();
  let lines: string[] = [];
  let unread = 0;
  let state: 'open' | 'ended' | 'gone' = 'open';
  let wanted: (() => void) | null = null;
  let waiting: (() => void)[] = [];
  const heart = setInterval(() => add('\n'), heartbeatMs);

  function add(line: string): void {
    lines.push(line);
    unread += line.length;
    wanted?.();
    wanted = null;
  }

  function close(how: 'ended' | 'gone'): void {
    state = how;
    clearInterval(heart);
    release();
  }

  function release(): void {
    for (const resolve of waiting) {
      resolve();
    }
    waiting = [];
  }

  function take(): string {
    let count = 0;
    let size = 0;
    while (count < lines.length && size < chunkCharacters) {
      size += lines[count]?.length ?? 0;
      count += 1;
    }
    const text = lines.slice(0, count).join('');
    lines = lines.slice(count);
    unread -= size;
    return text;
  }

  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        if (lines.length === 0 && state === 'open') {
          // One turn later, so that events emitted in one go leave as one chunk.
          await new Promise<void>((resolve) => {
            wanted = resolve;
          });
        }
        if (lines.length > 0) {
          controller.enqueue(encoder.encode(take()));
        }
        if (unread <= nearUnread) {
          release();
        }
        if (lines.length === 0 && state !== 'open') {
          controller.close();
        }
      },
      cancel() {
        if (state !== 'gone') {
          close('gone');
          lines = [];
          unread = 0;
          wanted?.();
          onGone();
        }
      },
    },
    { highWaterMark: 0 },
  );

  return {
    body,
    push(value) {
      if (state !== 'open') {
        return;
      }
      const line = `${JSON.stringify(value)}\n`;
      if (unread + line.length <= mostUnread) {
        add(line);
        return;
      }
      lines = [];
      unread = 0;
      close('gone');
      const error = new WindlassError('limit', 'the stream was cut off: it was read too slowly', {
        hint: 'Start it again, with a narrower question.',
      });
      add(`${JSON.stringify({ error: toPublicError(error) })}\n`);
      onGone();
    },
    end(value) {
      if (state === 'open') {
        close('ended');
        add(`${JSON.stringify(value)}\n`);
      }
    },
    async drained() {
      if (unread > nearUnread && state === 'open') {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
    },
  };
}
