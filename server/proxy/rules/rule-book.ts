/** The rules of every environment as they count now, kept as one object each while nothing of them changes. */

import type { ServiceKey } from '../../../shared/proxy/backend.ts';
import { effectiveRules, type RouteRules } from '../../../shared/proxy/rules.ts';
import type { Log } from '../../kernel/log.ts';
import type { RuleStore } from './rule-store.ts';
import { ServiceRules } from './service-rules.ts';

/** Rules that say the same of a request whoever asks them, and how often. */
const uncounted: ReadonlySet<string> = new Set<keyof RouteRules>([
  'redirects',
  'headers',
  'cors',
  'compress',
  'maxBody',
  'allow',
  'deny',
  'canonicalHost',
  'pages',
]);

export class RuleBook {
  readonly #store: RuleStore;
  readonly #log: Log;
  /** With the text they were made of: buckets and places last as long as the rules that fill them. */
  readonly #made = new Map<ServiceKey, { text: string; rules: ServiceRules | null }>();

  constructor(store: RuleStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Null where there are none. Rules that cannot be read let nobody through, rather than everybody. */
  of(service: ServiceKey): ServiceRules | null {
    try {
      const { file, set } = this.#store.rules(service);
      const rules = effectiveRules(file, set);
      const passwords = this.#store.passwords(service);
      const text = JSON.stringify([rules, passwords]);
      const made = this.#made.get(service);
      if (made?.text === text) return made.rules;
      const none = Object.keys(rules).length === 0 && passwords.length === 0;
      const fresh = none ? null : new ServiceRules(service, rules, passwords, this.#store.secret());
      this.#made.set(service, { text, rules: fresh });
      return fresh;
    } catch (error) {
      this.#log.error('rules cannot be read; the environment is closed', { service, error });
      return new ServiceRules(service, { maintenance: {} }, [], new Uint8Array(32));
    }
  }

  /** The rules as they are written; `counted` where they keep something from one request to the next. */
  written(service: ServiceKey): RouteRules | null | 'counted' {
    try {
      const { file, set } = this.#store.rules(service);
      const rules = effectiveRules(file, set);
      if (Object.keys(rules).some((name) => !uncounted.has(name))) return 'counted';
      if (this.#store.passwords(service).length > 0) return 'counted';
      return Object.keys(rules).length === 0 ? null : rules;
    } catch {
      return 'counted';
    }
  }

  /** For a service that is gone. */
  forget(service: ServiceKey): void {
    this.#made.delete(service);
  }
}
