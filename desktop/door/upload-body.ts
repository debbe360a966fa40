/** The body of an upload as it arrives in chunks: bounded, read at the reader's own pace. */

import { WindlassError } from '../../shared/errors.ts';
import { uploadWindow } from '../../shared/link.ts';

export interface UploadBody {
  push(bytes: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
  readonly body: AsyncIterable<Uint8Array>;
}

/** `onTaken` is told whenever the reader took a chunk. A sender that ignores the window fails the upload. */
export function createUploadBody(onTaken: () => void): UploadBody {
  const waiting: Uint8Array[] = [];
  let state: { kind: 'open' } | { kind: 'ended' } | { kind: 'failed'; error: unknown } = { kind: 'open' };
  let wake: () => void = () => undefined;
  const fail = (error: unknown) => {
    if (state.kind !== 'open') return;
    state = { kind: 'failed', error };
    waiting.length = 0;
    wake();
  };
  async function* read(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const next = waiting.shift();
      if (next !== undefined) {
        onTaken();
        yield next;
        continue;
      }
      if (state.kind === 'ended') return;
      if (state.kind === 'failed') throw state.error;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return {
    body: read(),
    fail,
    push(bytes) {
      if (state.kind !== 'open') return;
      if (waiting.length >= uploadWindow.chunks || bytes.length > uploadWindow.bytes) {
        fail(new WindlassError('limit', 'the upload came faster than it was asked for'));
        return;
      }
      waiting.push(bytes);
      wake();
    },
    end() {
      if (state.kind === 'open') state = { kind: 'ended' };
      wake();
    },
  };
}
