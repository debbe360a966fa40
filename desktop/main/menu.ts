/** The application menu: what the system expects, and the few views worth a key. */

import type { MenuItemConstructorOptions } from 'electron';

export function menuTemplate(
  platform: string,
  openView: (path: string) => void,
): MenuItemConstructorOptions[] {
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    {
      label: 'File',
      submenu: [
        { label: 'Servers', accelerator: 'CmdOrCtrl+1', click: () => openView('/servers') },
        { label: 'Add a Server', accelerator: 'CmdOrCtrl+N', click: () => openView('/add') },
        { label: 'Open a Replay', accelerator: 'CmdOrCtrl+O', click: () => openView('/replay-file') },
        { type: 'separator' },
        { role: platform === 'darwin' ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
    },
    { role: 'windowMenu' },
  ];
}
