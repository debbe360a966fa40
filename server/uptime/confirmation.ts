/** Whether people are told that a check is down, or somebody outside is to see it first. Pure. */

export interface Doubt {
  /** How long it may be held back, minutes; null: not at all. */
  readonly minutes: number | null;
  /** When the results that made it down began, and since when it is held back; ms since the epoch. */
  readonly since: number;
  readonly heldSince: number;
  readonly now: number;
  /** The last look of each that looks from elsewhere. */
  readonly looks: readonly { readonly from: string; readonly up: boolean; readonly at: number }[];
}

export type Confirmation =
  /** `seen` is what those outside say of it, where they were asked. */
  | { readonly kind: 'tell'; readonly seen: string | null }
  /** At most so many ms more. */
  | { readonly kind: 'hold'; readonly ms: number };

export function confirmation({ minutes, since, heldSince, now, looks }: Doubt): Confirmation {
  if (minutes === null) return { kind: 'tell', seen: null };
  // What was seen before it was down says nothing of now.
  const fresh = looks.filter(({ at }) => at > since);
  const agrees = fresh.find(({ up }) => !up);
  if (agrees !== undefined) return { kind: 'tell', seen: `Nor does it answer ${agrees.from}.` };
  const waited = now - heldSince;
  // A clock that was set back must not hold it for longer.
  if (waited >= 0 && waited < minutes * 60_000) return { kind: 'hold', ms: minutes * 60_000 - waited };
  const [other] = fresh;
  return {
    kind: 'tell',
    seen: other === undefined ? 'Nobody looked from outside meanwhile.' : `It answers ${other.from}.`,
  };
}
