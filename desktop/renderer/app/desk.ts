/** What the surroundings of the renderer can do. Entries differ in this alone; nothing asks where it runs. */

import { createContext, useContext } from 'react';
import type { UpdateState } from '../../../shared/update-state.ts';
import type { HostClient } from './host-client.ts';

export interface Desk {
  host: HostClient;
  capabilities: {
    /** A dropped folder's path is known, so the host packs it by itself. */
    pathOf: ((file: File) => string) | null;
    /** The system's own dialog. */
    chooseFolder: (() => Promise<string | null>) | null;
  };
  openExternal(url: string): void;
  /** For a person who looks elsewhere. */
  notices: {
    /** Within a click: asks whether notices may be shown, where that has to be asked. */
    allow(): void;
    /** `view`: the path it is about, which a click on it opens. */
    tell(words: { title: string; body: string; view: string }): void;
  };
  /** Of the desktop itself; null where it is not updated by itself. */
  updates: Updates | null;
  /** Resolves when the host is gone. */
  cut: Promise<void>;
}

export interface Updates {
  /** Tells the state now, then each change. */
  watch(tell: (state: UpdateState) => void): void;
  install(): void;
}

const context = createContext<Desk | null>(null);
export const DeskProvider = context.Provider;

export function useDesk(): Desk {
  const desk = useContext(context);
  if (desk === null) throw new Error('there is no desk around this component');
  return desk;
}
