/** The one bridge between the renderer and Electron: narrow things, no general channel. */

import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type Bridge, bridgeChannels } from '../../shared/desktop-bridge.ts';
import type { UpdateState } from '../../shared/update-state.ts';

const bridge: Bridge = {
  connectHost: () => ipcRenderer.send(bridgeChannels.connectHost),
  pathOf: (file) => webUtils.getPathForFile(file as File),
  chooseFolder: () => ipcRenderer.invoke(bridgeChannels.chooseFolder) as Promise<string | null>,
  openExternal: (url) => ipcRenderer.invoke(bridgeChannels.openExternal, url) as Promise<void>,
  notify: (title, body, view) =>
    ipcRenderer.invoke(bridgeChannels.notify, { title, body, view }) as Promise<void>,
  updateState: () => ipcRenderer.invoke(bridgeChannels.updateNow) as Promise<UpdateState>,
  onUpdate: (tell) => {
    ipcRenderer.on(bridgeChannels.updateState, (_event, state: unknown) => tell(state as UpdateState));
  },
  installUpdate: () => ipcRenderer.invoke(bridgeChannels.installUpdate) as Promise<void>,
  onOpenView: (open) => {
    ipcRenderer.on(bridgeChannels.openView, (_event, path: unknown) => open(String(path)));
  },
};
contextBridge.exposeInMainWorld('windlass', bridge);
// A port cannot cross the context bridge; a message of the window to itself carries it.
ipcRenderer.on(bridgeChannels.hostPort, ({ ports }) => {
  window.postMessage('windlass-host', location.origin, ports);
});
