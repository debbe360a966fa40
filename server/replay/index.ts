/** Session replay as a feature: recordings kept as they came, within bounds, until they are old or a person deletes them. */

import { existsSync } from 'node:fs';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ReplayBounds, ReplayRoom } from './replay-room.ts';

export interface Replays {
  readonly feature: Feature;
  /** For whoever receives envelopes. */
  readonly take: ReplayRoom['take'];
}

const usual: ReplayBounds = {
  segmentBytes: 10 * 1024 ** 2,
  replayBytes: 48 * 1024 ** 2,
  keepBytes: 2 * 1024 ** 3,
  mostSegments: 1000,
  mostMs: 2 * 3_600_000,
  keepDays: 30,
};
const tidyMs = 3_600_000;

/** Nothing is opened before the first replay comes or is asked for. */
export function createReplays(
  kernel: Pick<Kernel, 'clock' | 'log' | 'paths' | 'events'>,
  bounds: Partial<ReplayBounds> = {},
): Replays {
  const folder = kernel.paths.replays;
  const log = kernel.log.child('replay');
  let opened: Promise<ReplayRoom> | null = null;
  let tidying: Timer | undefined;
  let unsubscribe: (() => void) | null = null;
  const room = () => {
    opened ??= import('./replay-room.ts').then(({ openReplayRoom }) =>
      openReplayRoom(folder, { ...usual, ...bounds }),
    );
    return opened;
  };
  const tidy = async () => {
    if (!existsSync(folder)) return;
    await (await room())
      .tidy(kernel.clock.now())
      .catch((error: unknown) => log.warn('old replays stay', { error }));
  };
  const removeApp = async (app: string) => {
    if (!existsSync(folder)) return;
    await (await room())
      .removeApp(app)
      .catch((error: unknown) => log.warn('replays of a removed app stay', { app, error }));
  };
  return {
    take: async (from, items) => (await room()).take(from, items),
    feature: {
      name: 'replay',
      contract: async () => (await import('../../shared/replay/contract.ts')).replayContract,
      migrations: [],
      handlers: {
        'replays.list': async ({ app, error, limit }) => ({
          replays: (await room()).list({ app: app ?? null, error: error ?? null, limit: limit ?? 50 }),
        }),
        'replays.get': async ({ id }) => (await room()).get(id),
        'replays.segment': async ({ id, segment }) => ({ events: await (await room()).segment(id, segment) }),
        async 'replays.remove'({ ids }) {
          for (const id of ids) await (await room()).remove(id);
          return {};
        },
      },
      async start() {
        unsubscribe = kernel.events.on('app.removed', ({ app }) => removeApp(app));
        tidying = setInterval(() => void tidy(), tidyMs);
        tidying.unref();
      },
      async stop() {
        unsubscribe?.();
        clearInterval(tidying);
        (await opened)?.close();
        opened = null;
      },
    },
  };
}
