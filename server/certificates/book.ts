/** Which certificate a name is shown: in memory what every handshake and every plain request asks, as control.db has it. */

import type { Certificate } from '../../shared/certificates/contract.ts';
import { normaliseHost, wildcardFor } from '../../shared/proxy/host-pattern.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { HostStore } from './host-store.ts';
import { readChain } from './read-chain.ts';
import { type KeyedChain, selfSigned } from './self-signed.ts';

export interface BookOptions {
  readonly store: CertificateStore;
  readonly hosts: HostStore;
  readonly clock: Clock;
  /** Hosts and wildcards that lead somewhere. */
  served(): ReadonlySet<string>;
  /** Called after `follow`. */
  onFollowed?(): void;
}

/** What a person chose goes before what was ordered, and that before what we signed ourselves. */
const rank = { manual: 0, acme: 1, 'self-signed': 2 } as const;

interface Policy {
  readonly insists: boolean;
  readonly strict: string | null;
}

/** Spellings of hosts remembered for plain requests. */
const maxSpellings = 4_096;

export class CertificateBook {
  readonly #options: BookOptions;
  #byName = new Map<string, Certificate>();
  #served: ReadonlySet<string> = new Set();
  #nameless: (KeyedChain & { id: string }) | null = null;
  #policies = new Map<string, Policy>();
  version = 0;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /** Follows what is stored and served; called after every change of either. */
  follow(): void {
    const now = this.#options.clock.now();
    const byName = new Map<string, Certificate>();
    for (const certificate of this.#options.store.all()) {
      for (const name of certificate.names) {
        const other = byName.get(name);
        if (other === undefined || goesBefore(certificate, other, now)) byName.set(name, certificate);
      }
    }
    this.#byName = byName;
    this.#served = this.#options.served();
    this.#policies.clear();
    this.version++;
    this.#options.onFollowed?.();
  }

  /** What is shown for a host or wildcard; null for nothing yet. */
  shown(host: string): Certificate | null {
    const own = this.#byName.get(host);
    const wide = this.#byName.get(wildcardFor(host) ?? '');
    if (own === undefined || wide === undefined) return own ?? wide ?? null;
    return goesBefore(wide, own, this.#options.clock.now()) ? wide : own;
  }

  find(name: string): (KeyedChain & { id: string }) | null {
    const host = normaliseHost(name);
    if (host === null) return null;
    const pattern = this.#patternOf(host);
    // A certificate for a host that leads nowhere would tell who else is here.
    if (pattern === null) return null;
    return this.#pairOf(this.shown(host), pattern);
  }

  /** All that `find` may answer with, by host or wildcard: a name itself goes before the wildcard over it. */
  pairs(): Record<string, KeyedChain & { id: string }> {
    const pairs: Record<string, KeyedChain & { id: string }> = {};
    for (const name of new Set([...this.#served, ...this.#byName.keys()])) {
      const wild = name.startsWith('*.');
      const pattern = wild ? (this.#served.has(name) ? name : null) : this.#patternOf(name);
      if (pattern === null) continue;
      const pair = this.#pairOf(wild ? (this.#byName.get(name) ?? null) : this.shown(name), pattern);
      if (pair !== null) pairs[name] = pair;
    }
    return pairs;
  }

  #pairOf(known: Certificate | null, pattern: string): (KeyedChain & { id: string }) | null {
    const own =
      known === null || (known.kind === 'self-signed' && known.notAfter <= this.#options.clock.now());
    const shown = own ? this.#sign(pattern) : known;
    const pair = this.#options.store.pair(shown.id);
    return pair === null ? null : { id: String(shown.id), ...pair };
  }

  nameless(): KeyedChain & { id: string } {
    this.#nameless ??= { id: 'nameless', ...selfSigned([], this.#options.clock.now()) };
    return this.#nameless;
  }

  /** The value of Strict-Transport-Security for a host as its Host field has it. */
  strictTransport(rawHost: string): string | null {
    return this.#policy(rawHost).strict;
  }

  /** Whether plain requests to this host (as a Host field has it) belong on HTTPS. */
  insists(rawHost: string): boolean {
    return this.#policy(rawHost).insists;
  }

  #policy(rawHost: string): Policy {
    const known = this.#policies.get(rawHost);
    if (known !== undefined) return known;
    const policy = this.#decide(rawHost);
    if (this.#policies.size >= maxSpellings) this.#policies.clear();
    this.#policies.set(rawHost, policy);
    return policy;
  }

  #decide(rawHost: string): Policy {
    const host = normaliseHost(rawHost);
    const pattern = host === null ? null : this.#patternOf(host);
    if (host === null || pattern === null) return { insists: false, strict: null };
    const shown = this.shown(host);
    const good = isTrusted(shown) && (shown?.notAfter ?? 0) > this.#options.clock.now();
    const { https, hsts } = this.#options.hosts.find(pattern).rules;
    return {
      // What we signed ourselves is a page of warnings to a browser: the first visit must work.
      insists: https === 'always' || (https === 'auto' && good),
      // Nor may a browser be told to insist on what it cannot trust (RFC 6797, 8.1).
      strict: good && hsts > 0 ? `max-age=${hsts}` : null,
    };
  }

  #patternOf(host: string): string | null {
    if (this.#served.has(host)) return host;
    const wide = wildcardFor(host);
    return wide !== null && this.#served.has(wide) ? wide : null;
  }

  #sign(pattern: string): Certificate {
    const pair = selfSigned([pattern], this.#options.clock.now());
    const certificate = this.#options.store.add('self-signed', readChain(pair.chain, pair.key), pair.key);
    this.#byName.set(pattern, certificate);
    return certificate;
  }
}

export function isTrusted(certificate: Certificate | null): boolean {
  return certificate !== null && certificate.kind !== 'self-signed';
}

/** Whether `a` is shown rather than `b`: one that is valid now, then by kind, then the one that lasts longer. */
function goesBefore(a: Certificate, b: Certificate, now: number): boolean {
  const validA = a.notAfter > now;
  if (validA !== b.notAfter > now) return validA;
  if (rank[a.kind] !== rank[b.kind]) return rank[a.kind] < rank[b.kind];
  return a.notAfter > b.notAfter;
}
