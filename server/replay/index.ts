/** Session replay as a feature: recordings kept as they came, within bounds, until they are old or a person deletes them. */

import { existsSync } from 'node:fs';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createAllowance } from './recording/allowance.ts';
import { recordingEndpoint } from './recording/endpoint.ts';
import { pageTag } from './recording/page-tag.ts';
import { RecordingStore, replayMigrations } from './recording/settings-store.ts';
import type { ReplayBounds, ReplayRoom } from './replay-room.ts';

export { replayMigrations as migrations } from './recording/settings-store.ts';

export interface Replays {
  readonly feature: Feature;
  /** For whoever receives envelopes. */
  readonly take: ReplayRoom['take'];
  /** For whoever gives pages of `<app>/<environment>` a script: what goes into it, empty for nothing. */
  readonly scriptPart: (service: string) => Promise<string>;
}

const usual: ReplayBounds = {
  segmentBytes: 10 * 1024 ** 2,
  replayBytes: 48 * 1024 ** 2,
  keepBytes: 2 * 1024 ** 3,
  mostSegments: 1000,
  mostMs: 2 * 3_600_000,
  keepDays: 30,
};
const sending = { clientBytes: 24 * 1024 ** 2, clientParts: 600, appBytes: 256 * 1024 ** 2 };
const tidyMs = 3_600_000;

/** Nothing is opened before the first replay comes or is asked for. */
export function createReplays(
  kernel: Pick<Kernel, 'clock' | 'log' | 'paths' | 'events' | 'store'>,
  /** Whether pages of `<app>/<environment>` are given the script that `scriptPart` goes into. */
  hasScript: (service: string) => boolean,
  bounds: Partial<ReplayBounds> = {},
): Replays {
  const folder = kernel.paths.replays;
  const log = kernel.log.child('replay');
  const settings = new RecordingStore(kernel.store);
  const scripts = () => import('./recording/scripts.ts');
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
  const startScript = async () => (await scripts()).startScript();
  const removeApp = async (app: string) => {
    settings.forget(app);
    if (!existsSync(folder)) return;
    await (await room())
      .removeApp(app)
      .catch((error: unknown) => log.warn('replays of a removed app stay', { app, error }));
  };
  return {
    take: async (from, items) => (await room()).take(from, items),
    scriptPart: async (service) => (settings.of(service).record ? startScript() : ''),
    feature: {
      name: 'replay',
      contract: async () => (await import('../../shared/replay/contract.ts')).replayContract,
      migrations: replayMigrations,
      endpoints: [
        recordingEndpoint({
          now: kernel.clock.now,
          settings,
          allowance: createAllowance(kernel.clock.now, sending),
          take: async (from, items) => (await room()).take(from, items),
          recorder: async () => (await scripts()).recorderFile(),
          start: startScript,
        }),
      ],
      answerFilters: [pageTag(settings, hasScript)],
      handlers: {
        'replays.list': async ({ app, error, limit, ...more }) => ({
          replays: (await room()).list({
            ...more,
            app: app ?? null,
            error: error ?? null,
            limit: limit ?? 50,
          }),
        }),
        'replays.recording': ({ app, environment }) => settings.of(`${app}/${environment}`),
        'replays.configure': ({ app, environment, settings: changes }) =>
          settings.set(app, environment, changes),
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
