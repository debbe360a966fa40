/** Channels in control.db, their settings sealed, and how each one's other side is doing. */

import { WindlassError } from '../../shared/errors.ts';
import type { ChannelKind } from '../../shared/notify/channel-kinds.ts';
import { fieldsOf } from '../../shared/notify/channel-kinds.ts';
import type { Secrets } from '../kernel/secrets.ts';
import type { Store } from '../kernel/store.ts';

export interface ChannelRow {
  readonly id: number;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly enabled: boolean;
  readonly settings: Readonly<Record<string, string>>;
  /** Attempts in a row that failed, since when, and when the next is made (ms since the epoch). */
  readonly failures: number;
  readonly failingSince: number | null;
  readonly retryAt: number;
  readonly lastAnswer: string | null;
}

export interface ChannelStore {
  all(): ChannelRow[];
  /** Throws `not-found`. */
  get(id: number): ChannelRow;
  /** Throws `conflict` where the name is taken. */
  add(channel: Pick<ChannelRow, 'name' | 'kind' | 'settings'>): number;
  set(channel: Pick<ChannelRow, 'id' | 'name' | 'enabled' | 'settings' | 'kind'>): void;
  setHealth(
    id: number,
    health: Pick<ChannelRow, 'failures' | 'failingSince' | 'retryAt' | 'lastAnswer'>,
  ): void;
  remove(id: number): void;
}

interface Stored {
  id: number;
  name: string;
  kind: ChannelKind;
  sealed: Uint8Array;
  enabled: number;
  failures: number;
  failingSince: number | null;
  retryAt: number;
  lastAnswer: string | null;
}

export function createChannelStore({ db }: Store, secrets: Secrets): ChannelStore {
  const columns = `id, name, kind, sealed, enabled, failures, failing_since AS failingSince,
    retry_at AS retryAt, last_answer AS lastAnswer FROM notify_channels`;
  const selectAll = db.query<Stored, []>(`SELECT ${columns} ORDER BY id`);
  const selectOne = db.query<Stored, [number]>(`SELECT ${columns} WHERE id = ?`);
  const seal = (settings: Readonly<Record<string, string>>) =>
    secrets.seal(JSON.stringify(settings), 'notify:channel');
  const opened = ({ sealed, enabled, ...row }: Stored): ChannelRow => {
    const settings = JSON.parse(secrets.open(sealed, 'notify:channel')) as Record<string, string>;
    secrets.remember(secretsOf(row.kind, settings));
    return { ...row, enabled: enabled === 1, settings };
  };
  const free = (name: string, id: number) => {
    if (selectAll.all().some((row) => row.name === name && row.id !== id)) {
      throw new WindlassError('conflict', `there is a channel called ${name} already`, {
        hint: 'Choose another name.',
      });
    }
  };
  return {
    all: () => selectAll.all().map(opened),
    get(id) {
      const row = selectOne.get(id);
      if (row !== null) return opened(row);
      throw new WindlassError('not-found', `there is no channel ${id}`, { hint: 'See `windlass notify`.' });
    },
    add({ name, kind, settings }) {
      free(name, 0);
      const row = db
        .query<{ id: number }, [string, string, Uint8Array]>(
          'INSERT INTO notify_channels (name, kind, sealed) VALUES (?, ?, ?) RETURNING id',
        )
        .get(name, kind, seal(settings));
      return row?.id ?? 0;
    },
    set({ id, name, enabled, settings }) {
      free(name, id);
      // Whatever was changed may be what was wrong, so it is tried at once.
      db.query('UPDATE notify_channels SET name = ?, enabled = ?, sealed = ?, retry_at = 0 WHERE id = ?').run(
        name,
        enabled ? 1 : 0,
        seal(settings),
        id,
      );
    },
    setHealth(id, { failures, failingSince, retryAt, lastAnswer }) {
      db.query(
        'UPDATE notify_channels SET failures = ?, failing_since = ?, retry_at = ?, last_answer = ? WHERE id = ?',
      ).run(failures, failingSince, retryAt, lastAnswer, id);
    },
    remove(id) {
      db.query('DELETE FROM notify_channels WHERE id = ?').run(id);
    },
  };
}

/** The settings without the secret ones. */
export function shownSettings(
  kind: ChannelKind,
  settings: Readonly<Record<string, string>>,
): Record<string, string> {
  const shown = fieldsOf(kind).filter((field) => field.secret !== true);
  return Object.fromEntries(shown.map(({ name }) => [name, settings[name] ?? '']));
}

function secretsOf(kind: ChannelKind, settings: Readonly<Record<string, string>>): string[] {
  return fieldsOf(kind)
    .filter((field) => field.secret === true)
    .map(({ name }) => settings[name] ?? '');
}
