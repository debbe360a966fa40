/** What a view asks the shell to open over it. Views never open each other's dialogs by themselves. */

import { useEffect } from 'react';

export type Intent =
  /** `files`: dropped already. `app`: known already. */
  | { kind: 'deploy'; server: string; app?: string; environment?: string; dropped?: Dropped }
  | { kind: 'rollback'; server: string; app: string; environment: string; to?: number }
  | { kind: 'palette' };

/** A folder that was let go over the window. */
export interface Dropped {
  name: string;
  files: Promise<{ path: string; file: File }[]>;
  /** Where the host can read it by itself. */
  path: string | null;
}

const listeners = new Set<(intent: Intent) => void>();

export function intend(intent: Intent): void {
  for (const tell of listeners) tell(intent);
}

export function useIntents(onIntent: (intent: Intent) => void): void {
  useEffect(() => {
    listeners.add(onIntent);
    return () => {
      listeners.delete(onIntent);
    };
  }, [onIntent]);
}
