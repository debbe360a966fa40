/** What a browser reports, whatever dialect its script speaks. Nothing of it is believed beyond its shape. */

import * as z from 'zod/mini';
import type { HitKind, PageMeasures, Vitals } from '../../shared/analytics/hit.ts';

export interface Report {
  readonly kind: HitKind;
  /** Of a custom event. */
  readonly name: string;
  readonly url: string;
  readonly referrer: string;
  /** As JSON with sorted keys; empty where there are none. */
  readonly props: string;
  readonly revenue: number;
  readonly currency: string;
  readonly interactive: boolean;
  /** Of the screen or window, CSS pixels; 0 where it is not told. */
  readonly width: number;
  /** As the page told it; empty where only the headers do. */
  readonly language: string;
  /** Whether the part behind # belongs to the path. */
  readonly hash: boolean;
  /** Which release made the page; 0 where it is not told. */
  readonly release: number;
  readonly page: PageMeasures | null;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const text = z.optional(z.nullable(z.string()));
const figure = z.optional(z.nullable(z.union([z.number(), z.string()])));

const vital = z.optional(z.nullable(z.number()));
/**
 * The Events API of Plausible with its short and long names; our own script adds `w` (width), `rel` (release) and `wv` (vitals).
 * https://plausible.io/docs/events-api
 */
const plausibleBody = z.object({
  n: text,
  name: text,
  u: text,
  url: text,
  r: text,
  referrer: text,
  p: z.optional(z.unknown()),
  props: z.optional(z.unknown()),
  m: z.optional(z.unknown()),
  meta: z.optional(z.unknown()),
  $: z.optional(z.unknown()),
  revenue: z.optional(z.unknown()),
  i: z.optional(z.nullable(z.boolean())),
  interactive: z.optional(z.nullable(z.boolean())),
  h: z.optional(z.nullable(z.union([z.boolean(), z.number()]))),
  hashMode: z.optional(z.nullable(z.union([z.boolean(), z.number()]))),
  e: figure,
  sd: figure,
  w: figure,
  rel: figure,
  wv: z.optional(z.object({ lcp: vital, inp: vital, cls: vital, fcp: vital, ttfb: vital })),
});

/** Null where it is none of the dialect. */
export function readPlausible(body: unknown): Report | null {
  const parsed = z.safeParse(plausibleBody, body);
  if (!parsed.success) return null;
  const given = parsed.data;
  const name = clean(given.n ?? given.name ?? '', 300);
  const url = given.u ?? given.url ?? '';
  if (name === '' || url === '') return null;
  const kind = name === 'pageview' ? 'pageview' : name === 'engagement' ? 'measures' : 'event';
  const sale = readRevenue(given.$ ?? given.revenue);
  return {
    kind,
    name,
    url,
    referrer: given.r ?? given.referrer ?? '',
    props: readProps(given.p ?? given.props ?? given.m ?? given.meta),
    ...sale,
    interactive: given.i ?? given.interactive ?? true,
    width: bounded(given.w, 0, 100_000),
    language: '',
    hash: Boolean(given.h ?? given.hashMode),
    release: Math.floor(bounded(given.rel, 0, 1e9)),
    page:
      kind === 'measures'
        ? measures(bounded(given.e, 0, 86_400_000), bounded(given.sd, 0, 100), given.wv)
        : null,
  };
}

const umamiPayload = z.object({
  website: z.string().check(z.regex(/^[0-9a-f-]{36}$/i)),
  url: text,
  referrer: text,
  hostname: text,
  language: text,
  screen: text,
  name: text,
  tag: text,
  data: z.optional(z.unknown()),
  lcp: vital,
  inp: vital,
  cls: vital,
  fcp: vital,
  ttfb: vital,
});
const umamiBody = z.object({ type: z.enum(['event', 'identify', 'performance']), payload: umamiPayload });

/** `/api/send` of Umami. `host` stands in where the payload names none. */
export function readUmami(body: unknown, host: string): Report | 'ignored' | null {
  const parsed = z.safeParse(umamiBody, body);
  if (!parsed.success) return null;
  const { type, payload } = parsed.data;
  // Who somebody is beyond today is nothing we want to know.
  if (type === 'identify') return 'ignored';
  const name = clean(payload.name ?? '', 300);
  const kind = type === 'performance' ? 'measures' : name === '' ? 'pageview' : 'event';
  const site = payload.hostname ?? host;
  const data = Object(payload.data ?? {}) as Record<string, unknown>;
  const sale = readRevenue({ amount: data.revenue, currency: data.currency });
  const tag = payload.tag ? { tag: payload.tag } : {};
  return {
    kind,
    name: kind === 'pageview' ? 'pageview' : name,
    url: absolute(payload.url ?? '/', site),
    referrer: payload.referrer ? absolute(payload.referrer, site) : '',
    props: readProps({ ...data, ...tag }),
    ...sale,
    interactive: true,
    width: bounded(payload.screen?.split('x')[0], 0, 100_000),
    language: clean(payload.language ?? '', 35),
    hash: false,
    release: 0,
    page: kind === 'measures' ? measures(0, 0, payload) : null,
  };
}

function absolute(url: string, host: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${host}${url.startsWith('/') ? '' : '/'}${url}`;
}

/** At most 30, names of 300 and values of 2000 characters; what is no plain value is left out. */
function readProps(given: unknown): string {
  let props = given;
  if (typeof given === 'string') {
    try {
      props = JSON.parse(given);
    } catch {
      return '';
    }
  }
  if (typeof props !== 'object' || props === null || Array.isArray(props)) return '';
  const kept: [string, string][] = [];
  for (const [key, value] of Object.entries(props)) {
    const name = clean(key, 300);
    const parsed = z.safeParse(scalar, value);
    const word = parsed.success ? clean(String(parsed.data), 2000) : '';
    if (name !== '' && word !== '') kept.push([name, word]);
    if (kept.length === 30) break;
  }
  if (kept.length === 0) return '';
  return JSON.stringify(Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** A wrong currency or amount loses the sale, never the event. */
function readRevenue(given: unknown): { revenue: number; currency: string } {
  const none = { revenue: 0, currency: '' };
  let sale = given;
  if (typeof given === 'string') {
    try {
      sale = JSON.parse(given);
    } catch {
      return none;
    }
  }
  const { amount, currency } = Object(sale ?? {}) as { amount?: unknown; currency?: unknown };
  const figure = typeof amount === 'number' || typeof amount === 'string' ? Number(amount) : Number.NaN;
  if (!Number.isFinite(figure) || Math.abs(figure) > 1e9 || !/^[A-Z]{3}$/.test(String(currency))) return none;
  return { revenue: Math.round(figure * 1000), currency: String(currency) };
}

function measures(
  engaged: number,
  scroll: number,
  given: Partial<Record<keyof Vitals, number | null | undefined>> | undefined,
): PageMeasures {
  const vitals: Vitals = {};
  for (const name of ['lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const) {
    const value = given?.[name];
    if (typeof value === 'number' && value >= 0 && value <= (name === 'cls' ? 100 : 60_000))
      vitals[name] = value;
  }
  return { engaged: Math.round(engaged), scroll: Math.round(scroll), vitals };
}

/** One line of printable text. Rows are joined by line ends, so none may hold one. */
export function clean(text: string, most: number): string {
  return text
    .slice(0, most * 2)
    .replace(/[\0-\x1f\x7f\u2028\u2029\ufffe\uffff]+/g, ' ')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '')
    .trim()
    .slice(0, most);
}

function bounded(value: number | string | null | undefined, least: number, most: number): number {
  const figure = Number(value ?? 0);
  return Number.isFinite(figure) ? Math.min(most, Math.max(least, figure)) : least;
}
