/** What a client says of a replay, and the part of the recording it sends, brought to what we expect. Pure. */

export interface ReplayEvent {
  readonly id: string;
  readonly segment: number;
  readonly kind: string;
  /** ms. Null where it says nothing. */
  readonly startedAt: number | null;
  readonly endedAt: number;
  readonly urls: readonly string[];
  readonly errors: readonly string[];
  readonly traces: readonly string[];
  readonly user: string | null;
  readonly release: string | null;
  readonly environment: string | null;
  /** What it is called; no version, nothing that tells one browser from another. */
  readonly browser: string | null;
  /** What happened in this part. Null from recorders that do not count. */
  readonly counts: Counts | null;
}

export interface Counts {
  readonly clicks: number;
  readonly rage: number;
  readonly dead: number;
  readonly errors: number;
}

export interface Recording {
  readonly segment: number;
  /** The events as JSON, plain or compressed as they came. */
  readonly bytes: Uint8Array;
}

const mostNames = 100;
const newline = 10;

/** Null where it lacks its id or its number. `now` in ms. */
export function readReplayEvent(payload: Uint8Array, now: number): ReplayEvent | null {
  const raw = jsonObject(payload);
  const id = hexId(raw?.replay_id);
  const segment = wholeNumber(raw?.segment_id);
  if (raw === null || id === null || segment === null) return null;
  const user = object(raw.user);
  return {
    id,
    segment,
    kind: raw.replay_type === 'buffer' ? 'buffer' : 'session',
    startedAt: time(raw.replay_start_timestamp, now),
    endedAt: time(raw.timestamp, now) ?? now,
    urls: strings(raw.urls).map((url) => url.slice(0, 1000)),
    errors: strings(raw.error_ids).flatMap((each) => hexId(each) ?? []),
    traces: strings(raw.trace_ids).flatMap((each) => hexId(each) ?? []),
    user:
      [user.id, user.email, user.username].map((each) => text(each, 200)).find((each) => each !== null) ??
      null,
    release: text(raw.release, 200),
    environment: text(raw.environment, 64),
    browser: browserName(text(object(object(raw.request).headers)['User-Agent'], 1000) ?? ''),
    counts: counts(raw.windlass),
  };
}

/** Null where none of the usual ones is named. Most name several: the particular comes before what it claims to be like. */
export function browserName(agent: string): string | null {
  const names = [
    [/\bEdgA?\//, 'Edge'],
    [/\bOPR\//, 'Opera'],
    [/\bSamsungBrowser\//, 'Samsung Internet'],
    [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
    [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
    [/\bVersion\/.*\bSafari\//, 'Safari'],
  ] as const;
  return names.find(([pattern]) => pattern.test(agent))?.[1] ?? null;
}

/** A line of JSON with the number, and what follows it. */
export function readRecording(payload: Uint8Array): Recording | null {
  const end = payload.indexOf(newline);
  if (end === -1 || end > 1000) return null;
  const segment = wholeNumber(jsonObject(payload.subarray(0, end))?.segment_id);
  return segment === null ? null : { segment, bytes: payload.subarray(end + 1) };
}

function counts(value: unknown): Counts | null {
  if (typeof value !== 'object' || value === null) return null;
  const { clicks, rage, dead, errors } = object(value);
  const [c, r, d, e] = [clicks, rage, dead, errors].map((each) => wholeNumber(each) ?? 0);
  return { clicks: c ?? 0, rage: r ?? 0, dead: d ?? 0, errors: e ?? 0 };
}

function jsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').slice(0, mostNames) : [];
}

function text(value: unknown, most: number): string | null {
  return typeof value === 'string' && value !== ''
    ? value.slice(0, most)
    : typeof value === 'number'
      ? String(value)
      : null;
}

function hexId(value: unknown): string | null {
  const plain = typeof value === 'string' ? value.replaceAll('-', '').toLowerCase() : '';
  return /^[0-9a-f]{32}$/.test(plain) ? plain : null;
}

function wholeNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100_000
    ? value
    : null;
}

/** From seconds; what is off by more than a day is none. */
function time(value: unknown, now: number): number | null {
  const ms = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
  return Math.abs(ms - now) < 86_400_000 ? ms : null;
}
