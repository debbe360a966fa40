/** Looks for a newer desktop now and then, fetches it, and tells whoever draws; a person decides when it is installed. */

import type { UpdateState } from '../../shared/update-state.ts';
import { nextUpdate, type UpdateEvent } from './update-state.ts';

export interface UpdateSource {
  /** Answers by events alone. */
  check(): void;
  /** Ends the desktop and starts the new one. */
  install(): void;
}

export interface UpdaterParts {
  /** Null where this build is not updated by itself; `why` says it. */
  source: ((tell: (event: UpdateEvent) => void) => UpdateSource) | null;
  why: string;
  onState(state: UpdateState): void;
  /** Calls back now and then; answers how to stop. */
  every(ms: number, act: () => void): () => void;
}

export interface Updater {
  state(): UpdateState;
  check(): void;
  /** Does nothing before an update is ready. */
  install(): void;
  stop(): void;
}

const everyMs = 6 * 3_600_000;

export function startUpdater({ source, why, onState, every }: UpdaterParts): Updater {
  let state: UpdateState = source === null ? { kind: 'disabled', why } : { kind: 'current', checkedAt: null };
  const tell = (event: UpdateEvent) => {
    const next = nextUpdate(state, event);
    if (next === state) return;
    state = next;
    onState(state);
  };
  const from = source?.(tell) ?? null;
  const check = () => {
    if (from === null || state.kind === 'ready' || state.kind === 'downloading' || state.kind === 'checking')
      return;
    tell({ kind: 'check' });
    from.check();
  };
  const stop = from === null ? () => undefined : every(everyMs, check);
  if (from !== null) check();
  return {
    state: () => state,
    check,
    install() {
      if (state.kind === 'ready') from?.install();
    },
    stop,
  };
}
