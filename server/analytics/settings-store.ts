/** What a person chose for each site; kept in memory, too, as it is looked at for every page and event. */

import * as z from 'zod/mini';
import { defaultSettings, type SiteSettings, siteSettings } from '../../shared/analytics/site-settings.ts';
import type { Store } from '../kernel/store.ts';

export class SettingsStore {
  readonly #store: Store;
  #known: Map<string, SiteSettings> | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** `site` is `<app>/<environment>`. */
  of(site: string): SiteSettings {
    return this.#all().get(site) ?? defaultSettings;
  }

  set(app: string, environment: string, changes: Partial<SiteSettings>): SiteSettings {
    const site = `${app}/${environment}`;
    const settings = { ...this.of(site), ...changes };
    this.#store.db
      .query(
        `INSERT INTO analytics_sites (app, environment, settings) VALUES (?, ?, ?)
         ON CONFLICT (app, environment) DO UPDATE SET settings = excluded.settings`,
      )
      .run(app, environment, JSON.stringify(settings));
    this.#all().set(site, settings);
    return settings;
  }

  #all(): Map<string, SiteSettings> {
    if (this.#known !== null) return this.#known;
    this.#known = new Map();
    const rows = this.#store.db
      .query<{ app: string; environment: string; settings: string }, []>(
        'SELECT app, environment, settings FROM analytics_sites',
      )
      .all();
    for (const { app, environment, settings } of rows) {
      const parsed = z.safeParse(z.partial(siteSettings), JSON.parse(settings));
      if (!parsed.success) continue;
      const { inject, served, keepDays, keepSumsDays, leftOut } = parsed.data;
      this.#known.set(`${app}/${environment}`, {
        inject: inject ?? defaultSettings.inject,
        served: served ?? defaultSettings.served,
        keepDays: keepDays ?? defaultSettings.keepDays,
        keepSumsDays: keepSumsDays ?? defaultSettings.keepSumsDays,
        leftOut: leftOut ?? defaultSettings.leftOut,
      });
    }
    return this.#known;
  }
}
