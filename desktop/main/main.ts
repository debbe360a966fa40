/** The entry in Electron: a list of what makes the desktop, each in a file of its own. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  Notification,
  protocol,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { bridgeChannels } from '../../shared/desktop-bridge.ts';
import { appOrigin } from './app-address.ts';
import { schemes, serveApp } from './app-protocol.ts';
import { linkIn, viewOfLink } from './deep-link.ts';
import { createClickGate, externalLink } from './external-link.ts';
import { type HostProcess, startHostProcess } from './host-process.ts';
import { menuTemplate } from './menu.ts';
import { guardNavigation } from './navigation-guard.ts';
import { denyPermissions } from './permissions.ts';
import { createDoor } from './sender.ts';
import { becomeSingle } from './single-instance.ts';
import { windowOptions } from './window-options.ts';

const built = import.meta.dirname;
const clicks = createClickGate(Date.now);
const held: { window: BrowserWindow | null; host: HostProcess | null } = { window: null, host: null };

const openView = (path: string) => {
  held.window?.show();
  held.window?.webContents.send(bridgeChannels.openView, path);
};
const openLink = (link: string | null) => {
  const view = link === null ? null : viewOfLink(link);
  openView(view ?? '/servers');
};
const openOutside = (url: unknown) => {
  const link = externalLink(url);
  if (clicks.takeClick()) return shell.openExternal(link);
  return Promise.resolve();
};

app.enableSandbox();
protocol.registerSchemesAsPrivileged(schemes);
if (becomeSingle(app, openLink)) {
  app.setAsDefaultProtocolClient('windlass');
  app.on('open-url', (event, link) => {
    event.preventDefault();
    openLink(link);
  });
  app.on('web-contents-created', (_event, contents) => {
    guardNavigation(contents, (url) => void openOutside(url).catch(() => undefined));
    contents.on('input-event', (_input, { type }) => {
      if (type === 'mouseUp' || type === 'keyDown') clicks.clicked();
    });
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => held.host?.stop());
  void app.whenReady().then(start);
}

function start(): void {
  denyPermissions(session.defaultSession);
  serveApp(protocol, join(built, '../renderer-electron'));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, openView)));
  const folder = app.getPath('userData');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  held.host = startHostProcess({
    fork: () => utilityProcess.fork(join(built, 'host-entry.mjs'), ['--folder', folder]),
    channel: () => new MessageChannelMain(),
    onEnd: (code) => dialog.showErrorBox('Windlass', `The host ended with ${code}. Start Windlass again.`),
  });
  const window = new BrowserWindow(windowOptions(join(built, '../preload/preload.cjs')));
  held.window = window;
  window.once('ready-to-show', () => window.show());
  const door = createDoor(ipcMain);
  door.on(bridgeChannels.connectHost, (event) => {
    const port = held.host?.connect();
    if (port !== undefined) event.senderFrame?.postMessage(bridgeChannels.hostPort, null, [port]);
  });
  door.handle(bridgeChannels.openExternal, openOutside);
  door.handle(bridgeChannels.chooseFolder, async () => {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] });
    return filePaths[0] ?? null;
  });
  door.handle(bridgeChannels.notify, (words) => {
    const { title, body } = Object(words) as Record<string, unknown>;
    new Notification({ title: String(title).slice(0, 120), body: String(body).slice(0, 400) }).show();
  });
  const view = viewOfLink(linkIn(process.argv) ?? '') ?? '/servers';
  void window.loadURL(`${appOrigin}${view}`);
}
