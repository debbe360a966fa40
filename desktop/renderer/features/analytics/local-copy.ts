/** The copy of a site's days on this computer, asked through a Worker of its own. */

import { fromPublicError, WindlassError } from '../../../../shared/errors.ts';
import type { At } from '../../app/app-frame.tsx';
import type { HostClient } from '../../app/host-client.ts';
import type { AskedOfCopy, FromCopyWorker, ToCopyWorker } from './copy-protocol.ts';

export interface LocalCopy {
  /** When it was last brought up to date; null where there is none. */
  held(): Promise<{ syncedAt: number | null; bytes: number }>;
  /** Fetches what is new. `onDay` tells of each day that came. */
  sync(
    signal: AbortSignal,
    onDay: (bytes: number) => void,
  ): Promise<{ syncedAt: number | null; bytes: number }>;
  ask<T>(asked: AskedOfCopy): Promise<T>;
  close(): void;
}

interface Waiter {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

export function openLocalCopy(host: HostClient, at: At): LocalCopy {
  const site = { id: at.server, app: at.app, environment: at.environment };
  const waiters = new Map<number, Waiter>();
  let worker: Worker | null = null;
  let lastId = 0;

  const awake = (): Worker => {
    if (worker !== null) return worker;
    worker = new Worker('/copy-worker.js', { type: 'module', name: 'local copy' });
    worker.onmessage = ({ data }: MessageEvent<FromCopyWorker>) => void receive(data);
    worker.onerror = () => {
      for (const { reject } of waiters.values()) {
        reject(new WindlassError('failed', 'the copy on this computer cannot be read'));
      }
      waiters.clear();
      worker = null;
    };
    return worker;
  };
  const tell = (message: ToCopyWorker, transfer: Transferable[] = []) =>
    awake().postMessage(message, transfer);
  const receive = async (message: FromCopyWorker) => {
    switch (message.kind) {
      case 'need':
        tell({
          kind: 'day',
          id: message.id,
          day: message.day,
          bytes: await readDay(host, site, message.day),
        });
        return;
      case 'answer':
        waiters.get(message.id)?.resolve(message.answer);
        break;
      case 'failed':
        waiters.get(message.id)?.reject(fromPublicError(message.error));
        break;
    }
    waiters.delete(message.id);
  };

  return {
    held: async () => {
      const { syncedAt, days } = await host.call('copy.held', site);
      return { syncedAt, bytes: days.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
    async sync(signal, onDay) {
      const { syncedAt, days } = await host.stream('copy.sync', site, ({ bytes }) => onDay(bytes), signal);
      return { syncedAt, bytes: days.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
    async ask<T>(asked: AskedOfCopy) {
      const { days } = await host.call('copy.held', site);
      const id = ++lastId;
      return new Promise<T>((resolve, reject) => {
        waiters.set(id, { resolve: (answer) => resolve(answer as T), reject });
        tell({ kind: 'ask', id, days: days.map(({ day, version }) => ({ day, version })), asked });
      });
    },
    close() {
      worker?.terminate();
      worker = null;
    },
  };
}

async function readDay(
  host: HostClient,
  site: { id: string; app: string; environment: string },
  day: number,
): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  try {
    await host.stream('copy.read', { ...site, day }, ({ piece }) => {
      pieces.push(Uint8Array.from(atob(piece), (character) => character.charCodeAt(0)));
    });
  } catch {
    // The Worker says that the day is not there.
    return null;
  }
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
