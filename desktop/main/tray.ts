/** The icon in the system's bar: opens the window, and says when an update waits. */

import type { MenuItemConstructorOptions, Tray } from 'electron';
import type { UpdateState } from '../../shared/update-state.ts';

export interface TrayActions {
  openView(path: string): void;
  install(): void;
  quit(): void;
}

export function trayTemplate(update: UpdateState, actions: TrayActions): MenuItemConstructorOptions[] {
  return [
    { label: 'Open Windlass', click: () => actions.openView('/servers') },
    { label: 'Add a Server', click: () => actions.openView('/add') },
    ...(update.kind === 'ready'
      ? [{ label: `Restart for ${update.version}`, click: () => actions.install() }]
      : []),
    { type: 'separator' },
    { label: 'Quit Windlass', click: () => actions.quit() },
  ];
}

/** Linux panels show the menu alone and know no click; elsewhere a click opens the window. */
export function equipTray(
  tray: Pick<Tray, 'setToolTip' | 'on'>,
  platform: string,
  openView: (path: string) => void,
): void {
  tray.setToolTip('Windlass');
  if (platform !== 'darwin') tray.on('click', () => openView('/servers'));
}
