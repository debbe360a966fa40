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
  nativeImage,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
  utilityProcess,
} from 'electron';
import { bridgeChannels } from '../../shared/desktop-bridge.ts';
import { appOrigin } from './app-address.ts';
import { schemes, serveApp } from './app-protocol.ts';
import { copyKey } from './copy-key.ts';
import { linkIn, viewOfLink } from './deep-link.ts';
import { createClickGate, externalLink } from './external-link.ts';
import { type HostProcess, startHostProcess } from './host-process.ts';
import { menuTemplate } from './menu.ts';
import { guardNavigation } from './navigation-guard.ts';
import { notifier } from './notification.ts';
import { denyPermissions } from './permissions.ts';
import { secretFilesIn } from './secret-files.ts';
import { openSecretStore } from './secret-store.ts';
import { createDoor } from './sender.ts';
import { becomeSingle } from './single-instance.ts';
import { equipTray, trayTemplate } from './tray.ts';
import { updatesFrom } from './update-source.ts';
import { startUpdater, type Updater } from './updater.ts';
import { answerVault } from './vault-channel.ts';
import { windowOptions } from './window-options.ts';

/** https, of the folder with updates; empty where a build gets none. */
declare const WINDLASS_UPDATES: string;

const built = import.meta.dirname;
/** Packaged files that are programs lie outside the archive. */
const files = app.isPackaged ? join(process.resourcesPath, 'servers') : join(built, '../..');
const icons = app.isPackaged ? join(process.resourcesPath, 'icons') : join(built, '../../../resources/icons');
const clicks = createClickGate(Date.now);
const held: { window: BrowserWindow | null; host: HostProcess | null; tray: Tray | null } = {
  window: null,
  host: null,
  tray: null,
};

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
  const secrets = openSecretStore(safeStorage, secretFilesIn(join(folder, 'secrets')), process.platform);
  held.host = startHostProcess({
    fork: () => utilityProcess.fork(join(built, 'host-entry.mjs'), ['--folder', folder, '--files', files]),
    channel: () => new MessageChannelMain(),
    onEnd: (code) => dialog.showErrorBox('Windlass', `The host ended with ${code}. Start Windlass again.`),
    onQuestion: (message, reply) => void answerVault(message, secrets, reply),
  });
  void copyKey(secrets).then((key) => held.host?.giveCopyKey(key));
  const window = new BrowserWindow(windowOptions(join(built, '../preload/preload.cjs')));
  held.window = window;
  window.once('ready-to-show', () => window.show());
  const updater = startUpdates();
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
  door.handle(
    bridgeChannels.notify,
    notifier((options) => new Notification(options), openView),
  );
  door.handle(bridgeChannels.updateNow, () => updater.state());
  door.handle(bridgeChannels.installUpdate, () => updater.install());
  const view = viewOfLink(linkIn(process.argv) ?? '') ?? '/servers';
  void window.loadURL(`${appOrigin}${view}`);
}

function startUpdates(): Updater {
  const tray = new Tray(nativeImage.createFromPath(join(icons, 'tray.png')));
  // Without a hold on it the icon would go with the next collection of garbage.
  held.tray = tray;
  equipTray(tray, process.platform, openView);
  const draw = () =>
    tray.setContextMenu(
      Menu.buildFromTemplate(
        trayTemplate(updater.state(), { openView, install: updater.install, quit: () => app.quit() }),
      ),
    );
  const updater = startUpdater({
    source: app.isPackaged && WINDLASS_UPDATES !== '' ? updatesFrom(WINDLASS_UPDATES) : null,
    why: app.isPackaged
      ? 'This package is updated by whoever made it.'
      : 'A build of one’s own is not updated.',
    onState: (state) => {
      held.window?.webContents.send(bridgeChannels.updateState, state);
      draw();
    },
    every(ms, act) {
      const timer = setInterval(act, ms);
      return () => clearInterval(timer);
    },
  });
  draw();
  app.on('will-quit', updater.stop);
  return updater;
}
