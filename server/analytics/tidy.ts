/** Every hour: salts that are too old go, days that are over are sealed, days past their time are removed. */

import { basename, join } from 'node:path';
import type { Asker } from './asker.ts';
import { destroyOldSalts } from './salts.ts';
import type { SettingsStore } from './settings-store.ts';
import { dayMs, dayStart, siteFolders, storedDays } from './site-folder.ts';

export interface TidyParts {
  readonly root: string;
  readonly now: number;
  readonly settings: SettingsStore;
  readonly asker: () => Promise<Asker>;
}

export async function tidyUp({ root, now, settings, asker }: TidyParts): Promise<void> {
  destroyOldSalts(join(root, 'salts.json'), now);
  for (const folder of siteFolders(root)) {
    const [app = '', environment = ''] = basename(folder).split('.');
    const { keepDays, keepSumsDays } = settings.of(`${app}/${environment}`);
    // Most hours there is nothing to do, and then nothing is started to do it.
    const due = storedDays(folder).some(
      ({ day, journal }) =>
        day < dayStart(now) - keepDays * dayMs || (journal !== null && day < dayStart(now) - dayMs),
    );
    if (due) await (await asker()).ask(folder, { kind: 'tidy', keepDays, keepSumsDays });
  }
}
