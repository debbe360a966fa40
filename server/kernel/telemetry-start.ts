/** Starts the telemetry Worker, from the sources or from within the compiled file. */

import type { Reply, Request } from './telemetry-protocol.ts';

export interface TelemetryWorker {
  send(message: string | Request): void;
  /** Resolves when the Worker said that it closed its files, or died, and is gone; it is ended after `deadlineMs` at the latest. */
  ended(deadlineMs: number): Promise<void>;
}

/** `lost` is called once when the Worker ends, with what it died of. */
export function startTelemetryWorker(
  url: string | undefined,
  receive: (reply: Reply) => void,
  lost: (why: string) => void,
): TelemetryWorker {
  const worker = new Worker(url ?? workerUrl(import.meta.url), { smol: true, name: 'telemetry' });
  const { promise: gone, resolve: goneNow } = Promise.withResolvers<void>();
  let why = 'it ended';
  worker.addEventListener('message', (message: MessageEvent<Reply>) => {
    receive(message.data);
    if (message.data.kind === 'closed') {
      worker.terminate();
    }
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    why = event.message;
  });
  worker.addEventListener('close', () => {
    goneNow();
    lost(why);
  });
  return {
    send: (message) => worker.postMessage(message),
    async ended(deadlineMs) {
      const timer = setTimeout(() => worker.terminate(), deadlineMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

/**
 * Where the Worker's entry is, seen from the module `from`. In the compiled file every module of the main entry has the
 * URL of that entry, and the Worker's entry keeps its place relative to it: `server/main.ts` and `server/kernel/…`.
 */
export function workerUrl(from: string): string {
  const compiled = from.includes('/$bunfs/') || from.includes('/~BUN/');
  return new URL(compiled ? './kernel/telemetry-worker.ts' : './telemetry-worker.ts', from).href;
}
