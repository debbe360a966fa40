/** Providers, their API keys sealed. */

import { WindlassError } from '../../../shared/errors.ts';
import type { ProviderKind } from '../../../shared/gateway/contract.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import type { Store } from '../../kernel/store.ts';
import { baseUrls } from '../providers/base-urls.ts';
import { parseOrigin } from '../upstream/origin.ts';
import type { SnapshotProvider } from './snapshot.ts';

interface Row {
  name: string;
  kind: ProviderKind;
  base_url: string;
  models: string;
  sealed: Uint8Array;
  private: number;
}

export interface ProviderWish {
  name: string;
  kind: ProviderKind;
  baseUrl: string | undefined;
  models: readonly string[];
  /** Undefined: those it has. */
  secrets: readonly string[] | undefined;
  private: boolean;
}

export interface ProviderStore {
  /** In the order they were added, which is the order they are asked in. */
  list(): SnapshotProvider[];
  /** Throws `invalid` for an address nothing may be sent to. */
  set(wish: ProviderWish): SnapshotProvider;
  remove(name: string): void;
}

const mostProviders = 100;

export function createProviderStore(
  { db, transaction }: Store,
  secrets: Secrets,
  clock: Clock,
): ProviderStore {
  const contextOf = (name: string) => `ai-provider:${name}`;
  const read = (row: Row): SnapshotProvider => {
    const values = JSON.parse(secrets.open(row.sealed, contextOf(row.name))) as string[];
    secrets.remember(values);
    return {
      name: row.name,
      kind: row.kind,
      baseUrl: row.base_url,
      models: JSON.parse(row.models) as string[],
      secrets: values,
      private: row.private === 1,
    };
  };
  const find = (name: string) =>
    db.query<Row, [string]>('SELECT * FROM ai_providers WHERE name = ?').get(name);
  return {
    list: () => db.query<Row, []>('SELECT * FROM ai_providers ORDER BY added_at, name').all().map(read),
    set: (wish) =>
      transaction(() => {
        const before = find(wish.name);
        const found = before === null ? null : read(before);
        // A key goes where its owner sent it: a new address needs it said again.
        const moved = found !== null && (wish.baseUrl ?? '') !== found.baseUrl;
        if (moved && wish.secrets === undefined && found.secrets.length > 0) {
          throw new WindlassError('invalid', `${wish.name} has another base URL now`, {
            hint: 'Give its API key again, so that it is not sent somewhere by mistake.',
          });
        }
        const baseUrl = wish.baseUrl ?? '';
        const address = baseUrl || baseUrls[wish.kind];
        if (address === '') {
          throw new WindlassError('invalid', `a provider of kind ${wish.kind} needs a base URL`, {
            hint: 'Give it with --url.',
          });
        }
        if (wish.kind === 'bedrock' && address.includes('/openai')) {
          throw new WindlassError(
            'invalid',
            "a provider of kind bedrock is asked by Bedrock's own Converse",
            {
              hint: 'Leave /openai/v1 out of the address, or take the kind compatible for that endpoint.',
            },
          );
        }
        parseOrigin(address, wish.private);
        const values = wish.secrets ?? found?.secrets ?? [];
        secrets.remember(values);
        const count =
          db.query<{ count: number }, []>('SELECT count(*) AS count FROM ai_providers').get()?.count ?? 0;
        if (found === null && count >= mostProviders) {
          throw new WindlassError('limit', `there are ${mostProviders} providers already`);
        }
        db.query(
          `INSERT INTO ai_providers (name, kind, base_url, models, sealed, private, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, base_url = excluded.base_url, models = excluded.models,
             sealed = excluded.sealed, private = excluded.private`,
        ).run(
          wish.name,
          wish.kind,
          baseUrl,
          JSON.stringify(wish.models),
          secrets.seal(JSON.stringify(values), contextOf(wish.name)),
          wish.private ? 1 : 0,
          clock.now(),
        );
        return {
          name: wish.name,
          kind: wish.kind,
          baseUrl,
          models: wish.models,
          secrets: values,
          private: wish.private,
        };
      }),
    remove(name) {
      if (find(name) === null) throw new WindlassError('not-found', `there is no provider ${name}`);
      db.query('DELETE FROM ai_providers WHERE name = ?').run(name);
    },
  };
}
