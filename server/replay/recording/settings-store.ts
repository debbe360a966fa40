/** What owners chose about recording, in control.db; kept in memory, too, as it is looked at for every page. */

import {
  changeRecording,
  defaultRecording,
  type RecordingChanges,
  type RecordingSettings,
  recordingChanges,
} from '../../../shared/replay/recording-settings.ts';
import type { Migration } from '../../kernel/migrations.ts';
import type { Store } from '../../kernel/store.ts';

export const replayMigrations: readonly Migration[] = [
  {
    id: 'replay-001-recording',
    sql: `
      CREATE TABLE replay_recording (
        app TEXT NOT NULL,
        environment TEXT NOT NULL,
        settings TEXT NOT NULL,
        PRIMARY KEY (app, environment)
      ) STRICT;
    `,
  },
];

export class RecordingStore {
  readonly #store: Store;
  #known: Map<string, RecordingSettings> | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** `service` is `<app>/<environment>`. */
  of(service: string): RecordingSettings {
    return this.#all().get(service) ?? defaultRecording;
  }

  set(app: string, environment: string, changes: RecordingChanges): RecordingSettings {
    const settings = changeRecording(this.of(`${app}/${environment}`), changes);
    this.#store.db
      .query(
        `INSERT INTO replay_recording (app, environment, settings) VALUES (?, ?, ?)
         ON CONFLICT (app, environment) DO UPDATE SET settings = excluded.settings`,
      )
      .run(app, environment, JSON.stringify(settings));
    this.#all().set(`${app}/${environment}`, settings);
    return settings;
  }

  /** An app that comes by the same name is another one. */
  forget(app: string): void {
    this.#store.db.query('DELETE FROM replay_recording WHERE app = ?').run(app);
    this.#known = null;
  }

  #all(): Map<string, RecordingSettings> {
    if (this.#known !== null) return this.#known;
    this.#known = new Map();
    const rows = this.#store.db
      .query<{ app: string; environment: string; settings: string }, []>(
        'SELECT app, environment, settings FROM replay_recording',
      )
      .all();
    for (const { app, environment, settings } of rows) {
      const parsed = recordingChanges.safeParse(JSON.parse(settings));
      // What a newer server wrote and this one cannot read is off.
      if (parsed.success)
        this.#known.set(`${app}/${environment}`, changeRecording(defaultRecording, parsed.data));
    }
    return this.#known;
  }
}
