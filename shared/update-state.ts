/** How far an update of the desktop itself is. */

export type UpdateState =
  /** `why` is for people: a build of one's own, or a package that something else updates. */
  | { kind: 'disabled'; why: string }
  /** `checkedAt`: ms since the epoch; null before the first look. */
  | { kind: 'current'; checkedAt: number | null }
  | { kind: 'checking' }
  /** `share`: 0 to 1. */
  | { kind: 'downloading'; version: string; share: number }
  /** Installed at the next start. */
  | { kind: 'ready'; version: string }
  /** Looked for again later. */
  | { kind: 'failed'; message: string };
