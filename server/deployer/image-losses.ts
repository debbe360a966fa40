/** Which images the kept releases need, and what becomes of a release whose image was deleted by hand. */

import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import type { Log } from '../kernel/log.ts';
import type { AppStore } from './app-store.ts';
import type { WantedImage } from './engine/image-watch.ts';
import { filesOf } from './release-files.ts';
import type { ReleaseRow, ReleaseStore } from './release-store.ts';

export interface ImageLosses {
  wanted(): WantedImage[];
  onGone(image: WantedImage): void;
}

export function createImageLosses(parts: {
  clock: Clock;
  log: Log;
  events: Events;
  apps: AppStore;
  releases: ReleaseStore;
}): ImageLosses {
  const { clock, log, events, apps, releases } = parts;
  const using = (): { app: string; row: ReleaseRow }[] =>
    apps.apps().flatMap(({ id, name }) =>
      releases
        .list(id)
        .filter(({ runtime, prunedAt }) => runtime === 'docker' && prunedAt === null)
        .map((row) => ({ app: name, row })),
    );

  return {
    wanted() {
      const found = new Map<string, WantedImage>();
      for (const { app, row } of using()) for (const id of filesOf(row)) found.set(id, { app, id });
      return [...found.values()];
    },
    onGone({ id }) {
      for (const { app, row } of using()) {
        if (!filesOf(row).includes(id)) continue;
        const environment = apps.environmentById(row.environmentId);
        const serves = environment.liveRelease === row.number;
        log.warn('the image of a release was deleted from outside', { app, release: row.number, image: id });
        // It must not be offered any more; the one that serves goes on for as long as its containers do.
        releases.markPruned(row.appId, row.number, clock.now());
        events.emit('notice', {
          kind: 'release.image-gone',
          subject: `release:${app}/${row.number}`,
          state: 'news',
          severity: serves ? 'critical' : 'warning',
          app,
          environment: environment.name,
          release: row.number,
          title: `the image of ${app} release ${row.number} was deleted`,
          text: serves
            ? 'It serves now and could not be started again. Deploy again before its containers end.'
            : 'Nobody can roll back to it any more.',
          at: clock.now(),
        });
      }
    },
  };
}
