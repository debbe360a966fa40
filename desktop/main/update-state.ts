/** Updates of the desktop as a state machine: what happened goes in, the next state comes out. Pure. */

import { unreachable } from '../../shared/errors.ts';
import type { UpdateState } from '../../shared/update-state.ts';

export type UpdateEvent =
  | { kind: 'check' }
  | { kind: 'none'; at: number }
  | { kind: 'found'; version: string }
  | { kind: 'progress'; share: number }
  | { kind: 'downloaded'; version: string }
  | { kind: 'failed'; message: string };

/** An update that is ready stays so: nothing that is heard later takes it away. */
export function nextUpdate(state: UpdateState, event: UpdateEvent): UpdateState {
  if (state.kind === 'disabled' || state.kind === 'ready') return state;
  switch (event.kind) {
    case 'check':
      return state.kind === 'downloading' ? state : { kind: 'checking' };
    case 'none':
      return { kind: 'current', checkedAt: event.at };
    case 'found':
      return { kind: 'downloading', version: event.version, share: 0 };
    case 'progress':
      return state.kind === 'downloading' ? { ...state, share: clamped(event.share) } : state;
    case 'downloaded':
      return { kind: 'ready', version: event.version };
    case 'failed':
      return { kind: 'failed', message: event.message };
    default:
      return unreachable(event);
  }
}

function clamped(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}
