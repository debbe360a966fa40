/** What the surroundings of the renderer can do. Entries differ in this alone; nothing asks where it runs. */

import { createContext, useContext } from 'react';
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
  /** Resolves when the host is gone. */
  cut: Promise<void>;
}

const context = createContext<Desk | null>(null);
export const DeskProvider = context.Provider;

export function useDesk(): Desk {
  const desk = useContext(context);
  if (desk === null) throw new Error('there is no desk around this component');
  return desk;
}
