/** Where updates come from: electron-updater, over a folder of files that electron-builder made. */

import electronUpdater from 'electron-updater';
import type { UpdateEvent } from './update-state.ts';
import type { UpdateSource } from './updater.ts';

/** `url`: https, of the folder with `latest.yml`. What is fetched is checked against the sums in it before it counts. */
export function updatesFrom(url: string): (tell: (event: UpdateEvent) => void) => UpdateSource {
  return (tell) => {
    const { autoUpdater } = electronUpdater;
    autoUpdater.setFeedURL({ provider: 'generic', url });
    autoUpdater.autoDownload = true;
    autoUpdater.autoInstallOnAppQuit = true;
    autoUpdater.allowDowngrade = false;
    autoUpdater.logger = null;
    autoUpdater.on('update-not-available', () => tell({ kind: 'none', at: Date.now() }));
    autoUpdater.on('update-available', ({ version }) => tell({ kind: 'found', version }));
    autoUpdater.on('download-progress', ({ percent }) => tell({ kind: 'progress', share: percent / 100 }));
    autoUpdater.on('update-downloaded', ({ version }) => tell({ kind: 'downloaded', version }));
    autoUpdater.on('error', () =>
      tell({ kind: 'failed', message: 'The update could not be fetched. It is tried again later.' }),
    );
    return {
      // Its failure comes as an event, too.
      check: () => void autoUpdater.checkForUpdates().catch(() => undefined),
      install: () => autoUpdater.quitAndInstall(),
    };
  };
}
