/** What the preload gives the renderer in Electron, and the channels under it. Nothing general: each does one thing. */

import type { UpdateState } from './update-state.ts';

export interface Bridge {
  /** Asks for a port to the host; it comes as a message `windlass-host` of the window itself. */
  connectHost(): void;
  /** Where a dropped file lies on this computer. `file` is a DOM File. */
  pathOf(file: object): string;
  /** The system's dialog; null where it was cancelled. */
  chooseFolder(): Promise<string | null>;
  /** https only. */
  openExternal(url: string): Promise<void>;
  /** A notification of the system; `view` is the path that a click on it opens. */
  notify(title: string, body: string, view: string): Promise<void>;
  updateState(): Promise<UpdateState>;
  onUpdate(tell: (state: UpdateState) => void): void;
  /** Ends the desktop and starts the new one; nothing before one is ready. */
  installUpdate(): Promise<void>;
  /** A link of the system opened a view; the path is one of the renderer's own. */
  onOpenView(open: (path: string) => void): void;
}

export const bridgeChannels = {
  connectHost: 'host:connect',
  hostPort: 'host:port',
  chooseFolder: 'folder:choose',
  openExternal: 'external:open',
  notify: 'notification:show',
  updateNow: 'update:now',
  updateState: 'update:state',
  installUpdate: 'update:install',
  openView: 'view:open',
} as const;
export type BridgeChannel = (typeof bridgeChannels)[keyof typeof bridgeChannels];
