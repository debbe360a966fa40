/** Rules, passwords and the edge's own settings in control.db. */

import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { WindlassError } from '../../../shared/errors.ts';
import type { ServiceKey } from '../../../shared/proxy/backend.ts';
import { type FileRules, fileRules, type RouteRules, routeRules } from '../../../shared/proxy/rules.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import type { Store } from '../../kernel/store.ts';
import type { PlacePassword } from './passwords.ts';

export interface StoredRules {
  readonly file: FileRules;
  readonly set: RouteRules;
}

const addresses = z.array(z.string());

export class RuleStore {
  readonly #store: Store;
  readonly #secrets: Secrets;

  constructor(store: Store, secrets: Secrets) {
    this.#store = store;
    this.#secrets = secrets;
  }

  transaction<T>(work: () => T): T {
    return this.#store.transaction(work);
  }

  rules(service: ServiceKey): StoredRules {
    return {
      file: this.#read(service, 'file', fileRules) ?? {},
      set: this.#read(service, 'set', routeRules) ?? {},
    };
  }

  put(service: ServiceKey, origin: 'file' | 'set', rules: FileRules | RouteRules): void {
    if (Object.keys(rules).length === 0) {
      this.#store.db.query('DELETE FROM proxy_rules WHERE service = ? AND origin = ?').run(service, origin);
      return;
    }
    this.#store.db
      .query(
        `INSERT INTO proxy_rules (service, origin, rules) VALUES (?1, ?2, ?3)
         ON CONFLICT (service, origin) DO UPDATE SET rules = ?3`,
      )
      .run(service, origin, JSON.stringify(rules));
  }

  /** Those of the whole environment first. */
  passwords(service: ServiceKey): PlacePassword[] {
    return this.#store.db
      .query<{ path: string; user: string; sealed: Uint8Array }, [string]>(
        'SELECT path, user, sealed FROM proxy_passwords WHERE service = ? ORDER BY path, user',
      )
      .all(service)
      .map(({ path, user, sealed }) => ({
        path,
        user,
        password: this.#secrets.open(sealed, sealedFor(service, path)),
      }));
  }

  /** Users alone, by place, for whoever only lists them. */
  users(service: ServiceKey): { path: string; user: string }[] {
    return this.#store.db
      .query<{ path: string; user: string }, [string]>(
        'SELECT path, user FROM proxy_passwords WHERE service = ? ORDER BY path, user',
      )
      .all(service);
  }

  putPassword(service: ServiceKey, { path = '', user, password }: PlacePassword): void {
    this.#store.db
      .query(
        `INSERT INTO proxy_passwords (service, path, user, sealed) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (service, path, user) DO UPDATE SET sealed = ?4`,
      )
      .run(service, path, user, this.#secrets.seal(password, sealedFor(service, path)));
  }

  /** False where there was none. */
  removePassword(service: ServiceKey, path: string, user: string): boolean {
    const { changes } = this.#store.db
      .query('DELETE FROM proxy_passwords WHERE service = ? AND path = ? AND user = ?')
      .run(service, path, user);
    return changes > 0;
  }

  /** For a service that is removed. */
  forget(service: ServiceKey): void {
    this.#store.db.query('DELETE FROM proxy_rules WHERE service = ?').run(service);
    this.#store.db.query('DELETE FROM proxy_passwords WHERE service = ?').run(service);
  }

  /** Addresses and ranges of proxies in front of this server. */
  trusted(): string[] {
    const text = this.#setting('trusted');
    return text === null ? [] : addresses.parse(JSON.parse(Buffer.from(text).toString()));
  }

  putTrusted(list: readonly string[]): void {
    this.#putSetting('trusted', Buffer.from(JSON.stringify(list)));
  }

  /** Signs what visitors have proven; made at first use, and the same after a restart. */
  secret(): Uint8Array {
    const sealed = this.#setting('secret');
    if (sealed !== null) return Buffer.from(this.#secrets.open(sealed, 'proxy:secret'), 'base64');
    const made = randomBytes(32);
    this.#putSetting('secret', this.#secrets.seal(made.toString('base64'), 'proxy:secret'));
    return made;
  }

  #setting(name: string): Uint8Array | null {
    const row = this.#store.db
      .query<{ value: Uint8Array }, [string]>('SELECT value FROM proxy_settings WHERE name = ?')
      .get(name);
    return row?.value ?? null;
  }

  #putSetting(name: string, value: Uint8Array): void {
    this.#store.transaction(() =>
      this.#store.db
        .query(
          `INSERT INTO proxy_settings (name, value) VALUES (?1, ?2)
           ON CONFLICT (name) DO UPDATE SET value = ?2`,
        )
        .run(name, value),
    );
  }

  #read<T>(service: ServiceKey, origin: string, shape: z.ZodMiniType<T>): T | null {
    const row = this.#store.db
      .query<{ rules: string }, [string, string]>(
        'SELECT rules FROM proxy_rules WHERE service = ? AND origin = ?',
      )
      .get(service, origin);
    if (row === null) return null;
    try {
      return shape.parse(JSON.parse(row.rules));
    } catch (cause) {
      throw new WindlassError(
        'failed',
        `the rules of ${service} are stored in a form this version cannot read`,
        {
          hint: 'Run the version that wrote them, or restore a backup.',
          cause,
        },
      );
    }
  }
}

/** What a sealed password belongs to: it is worth nothing anywhere else. */
function sealedFor(service: ServiceKey, path: string): string {
  return `password:${service}${path}`;
}
