/**
 * The session of one tab: its random id and which part of it comes next, in sessionStorage alone. It ends with the tab,
 * an hour after it began, or after a quarter of an hour in which nobody did anything.
 */

export interface Session {
  /** 32 hexadecimal digits, at random. */
  readonly id: string;
  /** ms; of the first event that is sent, once one is. */
  startedAt: number;
  activeAt: number;
  /** The number of the part that is sent next. */
  next: number;
  /** `on-error`: kept in memory until an error happens, and from then on `from-error`. `none`: not chosen to be recorded. */
  mode: 'whole' | 'on-error' | 'from-error' | 'none';
}

interface Stored extends Session {
  /** The page that used it last has gone: a tab that is copied while it is open must not go on with the same session. */
  left: boolean;
}

export type TabStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export const sessionKey = 'windlass_replay';
export const longestMs = 60 * 60_000;
export const idleMs = 15 * 60_000;

/** Goes on with the session of the tab, or begins one. `storage` is null where pages may store nothing. */
export function openSession(
  storage: TabStorage | null,
  shares: { sample: number; onError: number },
  now: number,
  random: () => number = Math.random,
): Session {
  const stored = read(storage);
  if (stored?.left && !isOver(stored, now)) {
    const { left: _, ...session } = stored;
    keepSession(storage, session, false);
    return session;
  }
  const mode = random() < shares.sample ? 'whole' : random() < shares.onError ? 'on-error' : 'none';
  const id = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const session: Session = { id, startedAt: now, activeAt: now, next: 0, mode };
  keepSession(storage, session, false);
  return session;
}

export function isOver({ startedAt, activeAt }: Session, now: number): boolean {
  return now - startedAt > longestMs || now - activeAt > idleMs;
}

/** `left`: this page is done with it. */
export function keepSession(storage: TabStorage | null, session: Session, left: boolean): void {
  try {
    storage?.setItem(sessionKey, JSON.stringify({ ...session, left } satisfies Stored));
  } catch {
    // Full: the next page begins a session of its own.
  }
}

function read(storage: TabStorage | null): Stored | null {
  try {
    const value: Stored | null = JSON.parse(storage?.getItem(sessionKey) ?? 'null');
    const whole =
      value !== null &&
      /^[0-9a-f]{32}$/.test(value.id) &&
      [value.startedAt, value.activeAt, value.next].every(Number.isFinite);
    return whole ? value : null;
  } catch {
    return null;
  }
}
