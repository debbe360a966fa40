/** The certificate authority, our account with it, and DNS providers, in control.db; what is secret is sealed. */

import { generateKeyPairSync } from 'node:crypto';
import type { DnsProviderKind } from '../../shared/certificates/contract.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../kernel/store.ts';

export interface Authority {
  readonly directory: string;
  readonly email: string;
  /** PEM of the root behind the directory's own certificate; empty for the system's. */
  readonly trust: string;
  /** `address[:port]`; empty for the system's. */
  readonly resolver: string;
  /** PEM. */
  readonly accountKey: string;
  /** Empty before the first order. */
  readonly accountUrl: string;
}

export interface StoredProvider {
  readonly name: string;
  readonly kind: DnsProviderKind;
  readonly settings: Readonly<Record<string, string>>;
}

interface AuthorityRow {
  directory: string;
  email: string;
  trust: string;
  resolver: string;
  account_key: Uint8Array;
  account_url: string;
}

export class AuthorityStore {
  constructor(
    private readonly store: Store,
    private readonly secrets: Secrets,
  ) {}

  find(): Authority | null {
    const row = this.store.db.query<AuthorityRow, []>('SELECT * FROM certificate_authority').get();
    if (row === null) return null;
    const { directory, email, trust, resolver } = row;
    return {
      directory,
      email,
      trust,
      resolver,
      accountKey: this.secrets.open(row.account_key, contextOf(directory)),
      accountUrl: row.account_url,
    };
  }

  /** An account belongs to one directory; with another, a new one is opened at the next order. */
  put(setup: Omit<Authority, 'accountKey' | 'accountUrl'>): void {
    this.store.transaction(() => {
      const before = this.find();
      const same = before?.directory === setup.directory;
      const key = same ? before.accountKey : newAccountKey();
      this.store.db
        .query(
          `INSERT OR REPLACE INTO certificate_authority
             (only, directory, email, trust, resolver, account_key, account_url) VALUES (1, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          setup.directory,
          setup.email,
          setup.trust,
          setup.resolver,
          this.secrets.seal(key, contextOf(setup.directory)),
          same ? before.accountUrl : '',
        );
    });
  }

  putAccountUrl(directory: string, url: string): void {
    this.store.db
      .query('UPDATE certificate_authority SET account_url = ? WHERE directory = ?')
      .run(url, directory);
  }

  providers(): { name: string; kind: DnsProviderKind }[] {
    return this.store.db
      .query<{ name: string; kind: DnsProviderKind }, []>(
        'SELECT name, kind FROM certificate_providers ORDER BY name',
      )
      .all();
  }

  provider(name: string): StoredProvider | null {
    const row = this.store.db
      .query<{ kind: DnsProviderKind; settings: Uint8Array }, [string]>(
        'SELECT kind, settings FROM certificate_providers WHERE name = ?',
      )
      .get(name);
    if (row === null) return null;
    const settings = JSON.parse(this.secrets.open(row.settings, `dns-provider:${name}`)) as Record<
      string,
      string
    >;
    this.secrets.remember(Object.values(settings));
    return { name, kind: row.kind, settings };
  }

  putProvider({ name, kind, settings }: StoredProvider): void {
    this.store.db
      .query('INSERT OR REPLACE INTO certificate_providers (name, kind, settings) VALUES (?, ?, ?)')
      .run(name, kind, this.secrets.seal(JSON.stringify(settings), `dns-provider:${name}`));
  }

  removeProvider(name: string): boolean {
    return this.store.db.query('DELETE FROM certificate_providers WHERE name = ?').run(name).changes > 0;
  }
}

const contextOf = (directory: string) => `acme-account:${directory}`;

function newAccountKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
