/** What becomes of an issue when another event of it comes. Pure. */

export type IssueState =
  | { kind: 'unresolved' }
  /** `in` is the release that had it last; only later ones reopen it. Null: any event does. */
  | { kind: 'resolved'; at: number; in: string | null }
  /** Until a time (ms), so many more events or users than `from`; all null: for good. */
  | { kind: 'ignored'; at: number; until: number | null; events: number | null; users: number | null };

/** Noted of an issue that was resolved, at the time of the event that reopened it. */
export const cameBack = 'it came back';

export interface Sighting {
  readonly at: number;
  readonly release: string | null;
  /** Of the issue, this event included. */
  readonly events: number;
  readonly users: number;
}

export type Turn = { kind: 'same' } | { kind: 'regressed' } | { kind: 'awake' };

/** `later` says whether the first release came after the second. */
export function turnOf(
  state: IssueState,
  seen: Sighting,
  later: (release: string, than: string) => boolean,
): Turn {
  switch (state.kind) {
    case 'unresolved':
      return { kind: 'same' };
    case 'resolved': {
      if (state.in !== null && seen.release !== null && !later(seen.release, state.in))
        return { kind: 'same' };
      return state.in === null && seen.at <= state.at ? { kind: 'same' } : { kind: 'regressed' };
    }
    case 'ignored': {
      const over =
        (state.until !== null && seen.at >= state.until) ||
        (state.events !== null && seen.events >= state.events) ||
        (state.users !== null && seen.users >= state.users);
      return { kind: over ? 'awake' : 'same' };
    }
  }
}

/** Releases of one app count up: `shop@12` is later than `shop@9`. Undefined where their names do not say. */
export function laterByName(release: string, than: string): boolean | undefined {
  const [one, other] = [release, than].map((name) => /^(.*?)@(\d+)$/.exec(name));
  if (one == null || other == null || one[1] !== other[1]) return undefined;
  return Number(one[2]) > Number(other[2]);
}
