/** The DNS providers that speak JSON and take one token: alike but for names and places. */

import * as z from 'zod/mini';
import { WindlassError } from '../../../shared/errors.ts';
import { askApi } from './ask-api.ts';
import { type DnsProvider, needed, noZone, type Settings, textTtl, zonesOf } from './provider.ts';

/** What differs from one to the next. */
interface Dialect {
  readonly kind: string;
  readonly base: string;
  headers(token: string): Record<string, string>;
  /** The path that looks a zone up, and how its identity is read from the answer; null where it has none. */
  readonly find: (zone: string) => string;
  readonly zoneId: (answer: unknown, zone: string) => string | null;
  readonly add: (
    zoneId: string,
    record: { name: string; zone: string; value: string },
  ) => { path: string; body: object };
  readonly recordId: (answer: unknown) => string | null;
  readonly remove: (zoneId: string, recordId: string) => string;
}

const id = z.union([z.string(), z.number()]);
const listOfZones = (key: string) => z.object({ [key]: z.array(z.object({ id, name: z.string() })) });

const named =
  (key: string) =>
  (answer: unknown, zone: string): string | null => {
    const read = z.safeParse(listOfZones(key), answer);
    const found = read.success ? read.data[key]?.find(({ name }) => name === zone) : undefined;
    return found === undefined ? null : String(found.id);
  };
const madeIn =
  (key: string) =>
  (answer: unknown): string | null => {
    const read = z.safeParse(z.object({ [key]: z.object({ id }) }), answer);
    const made = read.success ? read.data[key] : undefined;
    return made === undefined ? null : String(made.id);
  };

/** The first label of the name, relative to its zone. */
const relative = (name: string, zone: string) => name.slice(0, -(zone.length + 1));

export const cloudflare: Dialect = {
  kind: 'Cloudflare',
  base: 'https://api.cloudflare.com/client/v4',
  headers: (token) => ({ Authorization: `Bearer ${token}` }),
  find: (zone) => `/zones?name=${encodeURIComponent(zone)}`,
  zoneId: named('result'),
  add: (zone, { name, value }) => ({
    path: `/zones/${zone}/dns_records`,
    body: { type: 'TXT', name, content: `"${value}"`, ttl: textTtl },
  }),
  recordId: madeIn('result'),
  remove: (zone, record) => `/zones/${zone}/dns_records/${record}`,
};

export const hetzner: Dialect = {
  kind: 'Hetzner',
  base: 'https://dns.hetzner.com/api/v1',
  headers: (token) => ({ 'Auth-API-Token': token }),
  find: (zone) => `/zones?name=${encodeURIComponent(zone)}`,
  zoneId: named('zones'),
  add: (zone, { name, zone: suffix, value }) => ({
    path: '/records',
    body: { zone_id: zone, type: 'TXT', name: relative(name, suffix), value: `"${value}"`, ttl: textTtl },
  }),
  recordId: madeIn('record'),
  remove: (_zone, record) => `/records/${record}`,
};

export const digitalocean: Dialect = {
  kind: 'DigitalOcean',
  base: 'https://api.digitalocean.com/v2',
  headers: (token) => ({ Authorization: `Bearer ${token}` }),
  find: (zone) => `/domains/${encodeURIComponent(zone)}`,
  zoneId: (answer, zone) =>
    z.safeParse(z.object({ domain: z.object({ name: z.literal(zone) }) }), answer).success ? zone : null,
  add: (zone, { name, value }) => ({
    path: `/domains/${zone}/records`,
    body: { type: 'TXT', name: relative(name, zone), data: value, ttl: textTtl },
  }),
  recordId: madeIn('domain_record'),
  remove: (zone, record) => `/domains/${zone}/records/${record}`,
};

/** Needs the setting `token`; `api` replaces the provider's own address. Throws `invalid`. */
export function tokenProvider(dialect: Dialect, settings: Settings): DnsProvider {
  const { kind } = dialect;
  const base = settings.api ?? dialect.base;
  const headers = {
    ...dialect.headers(needed(settings, 'token', kind)),
    'Content-Type': 'application/json',
    Accept: 'application/json',
  };
  const ask = async (path: string, method: 'GET' | 'POST' | 'DELETE' = 'GET', body?: object) =>
    parsed(
      kind,
      await askApi({
        kind,
        url: `${base}${path}`,
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );

  async function zoneOf(name: string): Promise<{ zone: string; zoneId: string }> {
    for (const zone of zonesOf(name)) {
      const zoneId = dialect.zoneId(await ask(dialect.find(zone)).catch(nothingThere), zone);
      if (zoneId !== null) return { zone, zoneId };
    }
    throw noZone(kind, name);
  }

  return {
    async addText(name, value) {
      const { zone, zoneId } = await zoneOf(name);
      const { path, body } = dialect.add(zoneId, { name, zone, value });
      const recordId = dialect.recordId(await ask(path, 'POST', body));
      if (recordId === null) throw new WindlassError('failed', `${kind} answered what cannot be read`);
      return async () => void (await ask(dialect.remove(zoneId, recordId), 'DELETE'));
    },
  };
}

/** A zone that is not there is a plain no; anything else is still an error. */
function nothingThere(error: unknown): null {
  if (error instanceof WindlassError && error.code === 'failed' && / answered 404/.test(error.message))
    return null;
  throw error;
}

function parsed(kind: string, text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WindlassError('failed', `${kind} answered what cannot be read`, { cause });
  }
}
