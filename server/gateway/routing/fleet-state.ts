/** What is known of the providers now: health of their API keys, speed of their models, the last thing they said. */

import type { SnapshotProvider } from '../config/snapshot.ts';
import { cooled, failed, fine, type Health, refused, succeeded, taken, usable } from './health.ts';
import type { Verdict } from './verdict.ts';

export interface ProviderWord {
  readonly kind: 'unknown' | 'working' | 'cooling' | 'failing' | 'refused';
  readonly message: string | null;
  readonly at: number | null;
}

/** Of a provider. */
const mostSpeeds = 500;
/** Share of a new measurement in the mean. */
const freshness = 0.2;
const mostMessage = 300;

export class FleetState {
  /** Of its API keys, by their place. */
  readonly #health = new Map<string, Health[]>();
  /** By provider, then model. */
  readonly #speeds = new Map<string, Map<string, number>>();
  readonly #words = new Map<string, ProviderWord>();
  readonly #onWord: (provider: string, word: ProviderWord) => void;
  /** Those that were told to be bad. */
  readonly #bad = new Set<string>();
  #turn = 0;

  /** `onWord` hears when a provider is bad, which one slip does not make it, and when it is good again. */
  constructor(onWord: (provider: string, word: ProviderWord) => void = () => undefined) {
    this.#onWord = onWord;
  }

  /** The secret to use next, each in turn; null where none may be used now. A provider without secrets needs none. */
  take(provider: SnapshotProvider, now: number): { index: number; secret: string | null } | null {
    const count = Math.max(1, provider.secrets.length);
    const all = this.#healthOf(provider);
    for (let step = 0; step < count; step++) {
      const index = (this.#turn + step) % count;
      const health = all[index] ?? fine;
      if (!usable(health, now)) continue;
      all[index] = taken(health, now);
      this.#turn = (index + 1) % count;
      return { index, secret: provider.secrets[index] ?? null };
    }
    return null;
  }

  /** ms until a secret of it may be used again. */
  waitOf(provider: SnapshotProvider, now: number): number {
    let least = Number.POSITIVE_INFINITY;
    const all = this.#healthOf(provider);
    for (let index = 0; index < Math.max(1, provider.secrets.length); index++) {
      const health = all[index] ?? fine;
      least = Math.min(least, 'until' in health ? health.until - now : 0);
    }
    return Math.max(0, least);
  }

  tell(
    provider: SnapshotProvider,
    index: number,
    verdict: Verdict,
    message: string | null,
    now: number,
  ): void {
    const all = this.#healthOf(provider);
    const health = all[index] ?? fine;
    switch (verdict.kind) {
      case 'answered':
      case 'final':
        if (health !== fine) all[index] = succeeded();
        // Almost all calls end here, and a word that says the same is not made anew.
        if (this.#words.get(provider.name)?.kind !== 'working') this.#say(provider, 'working', null, now);
        return;
      case 'rotate':
        all[index] = cooled(now, verdict.coolMs);
        this.#say(provider, 'cooling', message, now);
        return;
      case 'retire':
        all[index] = refused(now);
        this.#say(provider, 'refused', message, now, true);
        return;
      case 'again':
        all[index] = failed(health, now);
        this.#say(provider, 'failing', message, now, all[index].kind === 'broken');
        return;
    }
  }

  /** A call took `ms` to its first token. */
  timed(provider: string, model: string, ms: number): void {
    let speeds = this.#speeds.get(provider);
    const before = speeds?.get(model);
    if (speeds === undefined || (before === undefined && speeds.size >= mostSpeeds)) {
      speeds = new Map();
      this.#speeds.set(provider, speeds);
    }
    speeds.set(model, before === undefined ? ms : before + (ms - before) * freshness);
  }

  speed(provider: string, model: string): number | null {
    return this.#speeds.get(provider)?.get(model) ?? null;
  }

  word(provider: string): ProviderWord {
    return this.#words.get(provider) ?? { kind: 'unknown', message: null, at: null };
  }

  /** Providers were changed: what was held against their keys is forgotten. */
  forget(): void {
    this.#health.clear();
    this.#words.clear();
  }

  #healthOf({ name }: SnapshotProvider): Health[] {
    let all = this.#health.get(name);
    if (all === undefined) {
      all = [];
      this.#health.set(name, all);
    }
    return all;
  }

  #say(
    provider: SnapshotProvider,
    kind: ProviderWord['kind'],
    message: string | null,
    at: number,
    isBad = false,
  ): void {
    const word: ProviderWord = { kind, message: message?.slice(0, mostMessage) ?? null, at };
    this.#words.set(provider.name, word);
    if (kind === 'working' && this.#bad.delete(provider.name)) this.#onWord(provider.name, word);
    if (!isBad || this.#bad.has(provider.name)) return;
    this.#bad.add(provider.name);
    this.#onWord(provider.name, word);
  }
}
