/** Keys of the gateway: a hash to know them by, and the sealed value, which instances must be given again at each start. */

import { randomBytes } from 'node:crypto';
import { WindlassError } from '../../../shared/errors.ts';
import type { AiKey, KeyLimits } from '../../../shared/gateway/contract.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import type { Store } from '../../kernel/store.ts';
import { hashKey } from '../surface/hash-key.ts';
import type { SnapshotKey } from './snapshot.ts';

export const noLimits: KeyLimits = {
  models: [],
  tools: null,
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxTokens: null,
  expiresAt: null,
  cacheSeconds: null,
  mayDrop: [],
  logShare: 0,
  guards: [],
};

const mostKeys = 1000;
/** 256 bits, which nobody guesses. */
const keyBytes = 32;

interface Row {
  id: number;
  name: string;
  app: string | null;
  environment: string | null;
  hash: string;
  sealed: Uint8Array;
  tail: string;
  created_at: number;
  limits: string;
}

export interface KeyStore {
  list(): AiKey[];
  forSnapshot(): SnapshotKey[];
  /** Throws `conflict` where the name is taken, `limit` beyond a thousand. */
  create(wish: {
    name: string | undefined;
    app: string | null;
    environment: string | null;
    limits: Partial<KeyLimits>;
  }): { key: AiKey; secret: string };
  /** Throws `not-found`. */
  change(id: number, limits: Partial<KeyLimits>): AiKey;
  remove(id: number): void;
  /** The value of the first key of an environment, or of its app; null where it has none. */
  secretFor(app: string, environment: string): string | null;
}

export function createKeyStore({ db, transaction }: Store, secrets: Secrets, clock: Clock): KeyStore {
  const contextOf = (hash: string) => `ai-key:${hash}`;
  const rows = () => db.query<Row, []>('SELECT * FROM ai_keys ORDER BY id').all();
  const find = (id: number): Row => {
    const row = db.query<Row, [number]>('SELECT * FROM ai_keys WHERE id = ?').get(id);
    if (row === null)
      throw new WindlassError('not-found', `there is no key ${id}`, { hint: 'See `windlass ai keys`.' });
    return row;
  };
  return {
    list: () => rows().map(keyOf),
    forSnapshot: () =>
      rows().map((row) => {
        const { id, name, app, environment, limits } = keyOf(row);
        return { id, hash: row.hash, name, app, environment, limits };
      }),
    create({ name, app, environment, limits }) {
      const secret = `wlai-${randomBytes(keyBytes).toString('base64url')}`;
      secrets.remember([secret]);
      const hash = hashKey(secret);
      return transaction(() => {
        const count =
          db.query<{ count: number }, []>('SELECT count(*) AS count FROM ai_keys').get()?.count ?? 0;
        if (count >= mostKeys) throw new WindlassError('limit', `there are ${mostKeys} keys already`);
        const called =
          name ??
          freeName(
            app ?? 'key',
            rows().map((row) => row.name),
          );
        if (db.query('SELECT 1 FROM ai_keys WHERE name = ?').get(called) !== null) {
          throw new WindlassError('conflict', `there is a key ${called} already`);
        }
        const { lastInsertRowid } = db
          .query(
            'INSERT INTO ai_keys (name, app, environment, hash, sealed, tail, created_at, limits) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          )
          .run(
            called,
            app,
            environment,
            hash,
            secrets.seal(secret, contextOf(hash)),
            secret.slice(-4),
            clock.now(),
            JSON.stringify({ ...noLimits, ...limits }),
          );
        return { key: keyOf(find(Number(lastInsertRowid))), secret };
      });
    },
    change(id, limits) {
      const row = find(id);
      db.query('UPDATE ai_keys SET limits = ? WHERE id = ?').run(
        JSON.stringify({ ...keyOf(row).limits, ...limits }),
        id,
      );
      return keyOf(find(id));
    },
    remove(id) {
      find(id);
      db.query('DELETE FROM ai_keys WHERE id = ?').run(id);
    },
    secretFor(app, environment) {
      const row = db
        .query<Row, [string, string]>(
          'SELECT * FROM ai_keys WHERE app = ?1 AND (environment = ?2 OR environment IS NULL) ORDER BY environment IS NULL, id LIMIT 1',
        )
        .get(app, environment);
      if (row === null) return null;
      const secret = secrets.open(row.sealed, contextOf(row.hash));
      secrets.remember([secret]);
      return secret;
    },
  };
}

function keyOf({ id, name, app, environment, tail, created_at: createdAt, limits }: Row): AiKey {
  return {
    id,
    name,
    app,
    environment,
    tail,
    createdAt,
    limits: { ...noLimits, ...(JSON.parse(limits) as Partial<KeyLimits>) },
  };
}

function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let number = 2; ; number++) {
    const name = `${wanted}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
