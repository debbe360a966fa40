/** Ends a build that fills the disk, before the disk is full for everybody else. */

import { WindlassError } from '../../../shared/errors.ts';
import { measure } from '../budgets/measure.ts';

export interface DiskGuardOptions {
  /** What the build writes into. */
  folder: string;
  /** Bytes the folder may take. */
  mostBytes: number;
  /** Bytes that must stay free on the disk. */
  freeFloor: number;
  freeBytes(): Promise<number>;
  /** Between looks at the free bytes, ms. At 1 GB/s a disk loses 50 MB between two. */
  pollMs?: number;
}

export interface DiskGuard {
  /** Aborted, with the `WindlassError('limit')` to be told, when the build has to end. */
  readonly signal: AbortSignal;
  stop(): void;
}

export function guardDisk(options: DiskGuardOptions): DiskGuard {
  const full = new AbortController();
  const stopped = new AbortController();
  const end = (error: WindlassError) => {
    stopped.abort();
    full.abort(error);
  };
  void watchFree(options, stopped.signal, end);
  void watchSize(options, stopped.signal, end);
  return { signal: full.signal, stop: () => stopped.abort() };
}

async function watchFree(
  { freeBytes, freeFloor, pollMs = 50 }: DiskGuardOptions,
  stopped: AbortSignal,
  end: (error: WindlassError) => void,
): Promise<void> {
  while (!stopped.aborted) {
    const free = await freeBytes().catch(() => null);
    if (stopped.aborted) return;
    if (free !== null && free < freeFloor) {
      end(
        new WindlassError(
          'limit',
          `the build left only ${megabytes(free)} of the disk free, and ${megabytes(freeFloor)} must stay so`,
          { hint: 'Free some space on the server (`windlass doctor --disk`), then deploy again.' },
        ),
      );
      return;
    }
    await pause(pollMs, stopped);
  }
}

/** Walking a large folder costs, so it takes a tenth of the time at most. */
async function watchSize(
  { folder, mostBytes, pollMs = 50 }: DiskGuardOptions,
  stopped: AbortSignal,
  end: (error: WindlassError) => void,
): Promise<void> {
  while (!stopped.aborted) {
    const began = performance.now();
    const found = await measure(folder, new Set(), stopped).catch(() => null);
    if (stopped.aborted) return;
    if (found !== null && found.bytes > mostBytes) {
      end(
        new WindlassError('limit', `the build wrote more than ${megabytes(mostBytes)}`, {
          hint: 'Set "build.disk" in windlass.json, like {"build": {"disk": "16g"}}, to give it more.',
        }),
      );
      return;
    }
    await pause(Math.max(pollMs * 10, (performance.now() - began) * 9), stopped);
  }
}

const megabytes = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MB`;

function pause(ms: number, stopped: AbortSignal): Promise<void> {
  const done = Promise.withResolvers<void>();
  const end = () => {
    clearTimeout(timer);
    stopped.removeEventListener('abort', end);
    done.resolve();
  };
  const timer = setTimeout(end, ms);
  stopped.addEventListener('abort', end, { once: true });
  return done.promise;
}
