/** The state machine of an incident: what may follow what, and what is told of it. Pure. */

import type { Incident } from '../../shared/uptime/contract.ts';

export type Happening =
  | { kind: 'acknowledged'; by: string }
  /** What it is about is over by itself. */
  | { kind: 'over'; text: string }
  | { kind: 'resolved-by-hand'; by: string };

export type Turn =
  | {
      kind: 'turned';
      state: Incident['state'];
      /** The line of its timeline. */
      line: { kind: 'acknowledged' | 'resolved'; by: string | null; text: string };
      /** Who waits for it is told that somebody cares, or that it is over. */
      tell: 'acknowledged' | 'resolved' | 'nobody';
    }
  | { kind: 'refused'; why: string };

export function turn(state: Incident['state'], happening: Happening): Turn {
  if (state === 'resolved') return { kind: 'refused', why: 'it is resolved already' };
  switch (happening.kind) {
    case 'acknowledged': {
      if (state === 'acknowledged') return { kind: 'refused', why: 'somebody takes care of it already' };
      const line = {
        kind: 'acknowledged',
        by: happening.by,
        text: `${happening.by} takes care of it`,
      } as const;
      return { kind: 'turned', state: 'acknowledged', line, tell: 'acknowledged' };
    }
    case 'over':
      return {
        kind: 'turned',
        state: 'resolved',
        line: { kind: 'resolved', by: null, text: happening.text },
        tell: 'nobody',
      };
    case 'resolved-by-hand': {
      const line = { kind: 'resolved', by: happening.by, text: `${happening.by} resolved it` } as const;
      return { kind: 'turned', state: 'resolved', line, tell: 'resolved' };
    }
  }
}
