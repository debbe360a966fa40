/** One thing a visitor did, as it was understood: no address, no user agent, nothing that says who it was. */

/** A line of the journal: what a visitor did, and what was known of the visit at that moment. */
export interface Hit {
  /** ms since the epoch. */
  at: number;
  /** 16 hexadecimal digits of a keyed hash that nobody can compute again once the day's salt is gone. */
  visitor: string;
  kind: HitKind;
  /** Of a custom event; `pageview` otherwise. */
  name: string;
  host: string;
  path: string;
  /** The release that served the page; 0 where none did. */
  release: number;
  visit: VisitTraits;
  /** Custom properties as JSON with sorted keys; empty where there are none. */
  props: string;
  /** In thousandths of `currency`. */
  revenue: number;
  /** ISO 4217; empty where there is no revenue. */
  currency: string;
  /** Whether a custom event shows that somebody is there, so that the visit is no bounce. */
  interactive: boolean;
  /** Of the page before it: ms it was looked at, share of it that was seen (0 to 100), what it took to load. */
  page: PageMeasures | null;
}

/** `measures` says more of an earlier page view and counts nothing itself. */
export type HitKind = 'pageview' | 'event' | 'measures';

export interface PageMeasures {
  engaged: number;
  scroll: number;
  vitals: Vitals;
}

/** Core web vitals and what leads to them; ms, `cls` without a unit. */
export const vitalNames = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const;
export type VitalName = (typeof vitalNames)[number];
export type Vitals = Partial<Record<VitalName, number>>;

/** What a visit is known by, in the order of their columns; taken from its first hit. */
export const traitNames = [
  'source',
  'referrer',
  'channel',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'country',
  'region',
  'city',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'device',
  'language',
  'screen',
] as const;
export type TraitName = (typeof traitNames)[number];
export type VisitTraits = Partial<Record<TraitName, string>>;

const kinds: readonly HitKind[] = ['pageview', 'event', 'measures'];

/** As one line without its end. What is empty takes a comma. */
export function packHit(hit: Hit): string {
  const { visit, page } = hit;
  return JSON.stringify([
    hit.at,
    hit.visitor,
    kinds.indexOf(hit.kind),
    hit.name,
    hit.host,
    hit.path,
    hit.release,
    traitNames.map((name) => visit[name] ?? 0),
    hit.props,
    hit.revenue,
    hit.currency,
    hit.interactive ? 1 : 0,
    page === null ? 0 : [page.engaged, page.scroll, ...vitalNames.map((name) => page.vitals[name] ?? -1)],
  ]);
}

type PackedHit = [
  number,
  string,
  number,
  string,
  string,
  string,
  number,
  (string | 0)[],
  string,
  number,
  string,
  0 | 1,
  0 | number[],
];

/** Null where the line was cut off by a crash, or is none of ours. */
export function unpackHit(line: string): Hit | null {
  let cells: PackedHit;
  try {
    cells = JSON.parse(line);
  } catch {
    return null;
  }
  if (!Array.isArray(cells) || cells.length !== 13) return null;
  const [at, visitor, kind, name, host, path, release, traits, props, revenue, currency, interactive, page] =
    cells;
  const visit: VisitTraits = {};
  for (const [index, value] of traits.entries()) {
    const trait = traitNames[index];
    if (trait !== undefined && value !== 0) visit[trait] = value;
  }
  return {
    at,
    visitor,
    kind: kinds[kind] ?? 'event',
    name,
    host,
    path,
    release,
    visit,
    props,
    revenue,
    currency,
    interactive: interactive === 1,
    page: page === 0 ? null : unpackMeasures(page),
  };
}

function unpackMeasures([engaged = 0, scroll = 0, ...values]: number[]): PageMeasures {
  const vitals: Vitals = {};
  for (const [index, value] of values.entries()) {
    const name = vitalNames[index];
    if (name !== undefined && value >= 0) vitals[name] = value;
  }
  return { engaged, scroll, vitals };
}
