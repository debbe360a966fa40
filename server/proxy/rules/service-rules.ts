/** The rules of one environment, ready to be asked at every request, with what they count. */

import { AddressSet, requireRange } from '../../../shared/proxy/address-range.ts';
import { parseHostPattern } from '../../../shared/proxy/host-pattern.ts';
import { matchPattern, plainPath } from '../../../shared/proxy/path-pattern.ts';
import type { RouteRules } from '../../../shared/proxy/rules.ts';
import { type ChallengeGate, createChallengeGate } from './challenge.ts';
import { corsRule, preflight, withCors } from './cors.ts';
import { HeaderRule } from './header-rules.ts';
import { PasswordGate, type PlacePassword } from './passwords.ts';
import { PlaceRules } from './place-rules.ts';
import { redirected, toCanonicalHost } from './redirects.ts';
import { clientKey, TokenBuckets } from './token-buckets.ts';
import type { RuledRequest, Verdict } from './verdict.ts';

interface RateRule {
  readonly path: string | undefined;
  readonly byClient: boolean;
  readonly buckets: TokenBuckets;
}

interface Room {
  readonly path: string | undefined;
  readonly most: number;
  taken: number;
}

/** Who may come by address. */
interface Lists {
  readonly allow: AddressSet;
  readonly deny: AddressSet;
}

/** A request's places in the rooms it entered; to be left once. */
export interface Places {
  leave(): void;
}

export type Judgement = { kind: 'pass'; places: Places | null } | { kind: 'stop'; verdict: Verdict };

const pass: Judgement = { kind: 'pass', places: null };

export class ServiceRules {
  readonly compress: boolean;
  /** Bytes; 0 for no bound of its own. */
  readonly maxBody: number;
  readonly #rules: RouteRules;
  readonly #canonical: string | null;
  readonly #lists: PlaceRules<Lists>;
  readonly #exempt: AddressSet;
  readonly #headers: readonly HeaderRule[];
  readonly #rates: readonly RateRule[];
  readonly #rooms: readonly Room[];
  /** Null where everybody may come. */
  readonly #passwords: PlaceRules<PasswordGate | null>;
  readonly #challenge: ChallengeGate | null;
  readonly #pages: ReadonlyMap<number, string>;
  readonly #replaced: ReadonlySet<number>;

  /** Throws `WindlassError('invalid')` where a host or an address is none. `secret` signs what visitors have proven. */
  constructor(service: string, rules: RouteRules, passwords: readonly PlacePassword[], secret: Uint8Array) {
    this.#rules = rules;
    this.compress = rules.compress ?? false;
    this.maxBody = rules.maxBody === undefined ? 0 : bytesOf(rules.maxBody);
    this.#canonical = rules.canonicalHost === undefined ? null : parseHostPattern(rules.canonicalHost);
    this.#lists = listsOf(rules);
    this.#exempt = addresses(rules.maintenance?.allow);
    this.#headers = (rules.headers ?? []).map((rule) => new HeaderRule(rule));
    this.#rates = (rules.rates ?? []).map(({ path, requests, per, burst = requests, by = 'client' }) => ({
      path,
      byClient: by === 'client',
      buckets: new TokenBuckets({ perSecond: requests / per, burst }),
    }));
    this.#rooms = (rules.concurrency ?? []).map(({ path, most }) => ({ path, most, taken: 0 }));
    this.#passwords = gatesOf(service, rules, passwords, secret);
    this.#challenge =
      rules.challenge === undefined ? null : createChallengeGate(rules.challenge, secret, service);
    this.#pages = pagesOf(rules);
    this.#replaced = new Set((rules.replace ?? []).map(Number));
  }

  /** `now` in monotonic ms, `time` in ms since the epoch. Places of a judgement that passes are to be left. */
  judge(request: RuledRequest, now: number, time: number): Judgement {
    const plain = plainPath(request.path);
    const verdict =
      this.#access(request) ??
      this.#elsewhere(request, plain) ??
      this.#away(request) ??
      this.#rate(request, plain, now) ??
      this.#foreign(request, plain) ??
      this.#locked(request, now, time) ??
      this.#challenge?.judge(request, plain, time) ??
      null;
    return verdict === null ? this.#enter(plain) : { kind: 'stop', verdict };
  }

  /** The field lines of an answer as rules want them. */
  answerFields(fields: string, path: string, requestFields: string): string {
    const { cors = [] } = this.#rules;
    if (this.#headers.length === 0 && cors.length === 0) return fields;
    const plain = plainPath(path);
    let lines = fields;
    for (const rule of this.#headers) lines = rule.apply(lines, plain);
    const cross = corsRule(cors, plain);
    return cross === null ? lines : withCors(cross, requestFields, lines);
  }

  /** Whether a page stands in for an app's own answer with this status. */
  replaces(status: number): boolean {
    return this.#replaced.has(status);
  }

  /** The environment's own page for a status, one character a byte of its UTF-8. */
  page(status: number): string | null {
    return this.#pages.get(status) ?? null;
  }

  /** Who guards a path, as a visitor sent it. None where everybody may come. */
  gatesOf(path: string): PasswordGate[] {
    return this.#passwords.of(path).filter((gate) => gate !== null);
  }

  #access({ client, path }: RuledRequest): Verdict | null {
    const shut = this.#lists
      .of(path)
      .some(({ allow, deny }) => deny.has(client) || (allow.size > 0 && !allow.has(client)));
    return shut ? { kind: 'forbidden' } : null;
  }

  #locked(request: RuledRequest, now: number, time: number): Verdict | null {
    for (const gate of this.#passwords.of(request.path)) {
      const verdict = gate?.judge(request, now, time) ?? null;
      if (verdict !== null) return verdict;
    }
    return null;
  }

  #elsewhere(request: RuledRequest, plain: string): Verdict | null {
    const host = this.#canonical === null ? null : toCanonicalHost(this.#canonical, request);
    return host ?? redirected(this.#rules.redirects ?? [], plain, request);
  }

  #away({ client }: RuledRequest): Verdict | null {
    const { maintenance } = this.#rules;
    if (maintenance === undefined || this.#exempt.has(client)) return null;
    return { kind: 'maintenance', retryAfter: maintenance.retryAfter ?? 60 };
  }

  #rate({ client }: RuledRequest, plain: string, now: number): Verdict | null {
    for (const { path, byClient, buckets } of this.#rates) {
      if (path !== undefined && matchPattern(path, plain) === null) continue;
      const retryAfter = buckets.take(byClient ? clientKey(client) : '', now);
      if (retryAfter > 0) return { kind: 'too-many', retryAfter };
    }
    return null;
  }

  #foreign(request: RuledRequest, plain: string): Verdict | null {
    const rule = corsRule(this.#rules.cors ?? [], plain);
    return rule === null ? null : preflight(rule, request);
  }

  #enter(plain: string): Judgement {
    if (this.#rooms.length === 0) return pass;
    const entered = this.#rooms.filter(
      ({ path }) => path === undefined || matchPattern(path, plain) !== null,
    );
    if (entered.some(({ taken, most }) => taken >= most)) return { kind: 'stop', verdict: { kind: 'busy' } };
    for (const room of entered) room.taken++;
    return {
      kind: 'pass',
      places: {
        leave: () => {
          for (const room of entered.splice(0)) room.taken--;
        },
      },
    };
  }
}

function addresses(texts: readonly string[] | undefined): AddressSet {
  return new AddressSet((texts ?? []).map(requireRange));
}

function listsOf({ allow, deny, places = [] }: RouteRules): PlaceRules<Lists> {
  const made = (lists: { allow?: string[] | undefined; deny?: string[] | undefined }) => ({
    allow: addresses(lists.allow),
    deny: addresses(lists.deny),
  });
  const own = places.filter((place) => place.allow !== undefined || place.deny !== undefined);
  return new PlaceRules(
    made({ allow, deny }),
    own.map((place) => ({ path: place.path, rule: made(place) })),
  );
}

/** A place with passwords is locked, whether or not it is also said to be open. */
function gatesOf(
  service: string,
  { places = [] }: RouteRules,
  passwords: readonly PlacePassword[],
  secret: Uint8Array,
): PlaceRules<PasswordGate | null> {
  const locked = Map.groupBy(passwords, ({ path = '' }) => path);
  const gate = (path: string, own: readonly PlacePassword[]) => new PasswordGate(service, path, own, secret);
  const whole = locked.get('');
  const open = places.filter((place) => place.open === true && !locked.has(place.path));
  return new PlaceRules<PasswordGate | null>(whole === undefined ? null : gate('', whole), [
    ...[...locked].filter(([path]) => path !== '').map(([path, own]) => ({ path, rule: gate(path, own) })),
    ...open.map(({ path }) => ({ path, rule: null })),
  ]);
}

function pagesOf({ pages = {}, maintenance }: RouteRules): ReadonlyMap<number, string> {
  const all = new Map(Object.entries(pages).map(([status, html]) => [Number(status), html ?? '']));
  if (maintenance?.page !== undefined) all.set(503, maintenance.page);
  return new Map([...all].map(([status, html]) => [status, Buffer.from(html).toString('latin1')]));
}

function bytesOf(size: string): number {
  const unit = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[size.slice(-1)] ?? 1;
  return Math.floor(Number.parseFloat(size) * unit);
}
