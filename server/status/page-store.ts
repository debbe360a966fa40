/** Status pages in control.db, each with the key its links are signed by. */

import { randomBytes } from 'node:crypto';
import { WindlassError } from '../../shared/errors.ts';
import { type StatusPage, statusPage } from '../../shared/status/page.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../kernel/store.ts';

export interface PageStore {
  all(): readonly StatusPage[];
  key(id: number): string;
  /** With id 0 a new one. Throws `conflict` where the slug is taken, `not-found`. */
  set(page: StatusPage): StatusPage;
  remove(id: number): void;
}

export function createPageStore({ db }: Store, secrets: Secrets): PageStore {
  // Every request asks for it.
  let known: readonly StatusPage[] | null = null;
  const read = () =>
    db
      .query<{ id: number; page: string }, []>('SELECT id, page FROM status_pages ORDER BY id')
      .all()
      .map((row) => statusPage.parse({ ...JSON.parse(row.page), id: row.id }));
  const all = () => {
    known ??= read();
    return known;
  };
  return {
    all,
    key(id) {
      const row = db
        .query<{ key: Uint8Array }, [number]>('SELECT key FROM status_pages WHERE id = ?')
        .get(id);
      if (row === null) throw new WindlassError('not-found', `there is no status page ${id}`);
      return secrets.open(row.key, 'status:key');
    },
    set(page) {
      if (all().some(({ id, slug }) => slug === page.slug && id !== page.id)) {
        throw new WindlassError('conflict', `there is a status page at ${page.slug} already`, {
          hint: 'Choose another short name.',
        });
      }
      const text = JSON.stringify(page);
      known = null;
      if (page.id === 0) {
        const key = secrets.seal(randomBytes(32).toString('base64url'), 'status:key');
        const row = db
          .query<{ id: number }, [string, string, Uint8Array]>(
            'INSERT INTO status_pages (slug, page, key) VALUES (?, ?, ?) RETURNING id',
          )
          .get(page.slug, text, key);
        return { ...page, id: row?.id ?? 0 };
      }
      const { changes } = db
        .query('UPDATE status_pages SET slug = ?, page = ? WHERE id = ?')
        .run(page.slug, text, page.id);
      if (changes === 0) throw new WindlassError('not-found', `there is no status page ${page.id}`);
      return page;
    },
    remove(id) {
      known = null;
      db.query('DELETE FROM status_pages WHERE id = ?').run(id);
    },
  };
}
