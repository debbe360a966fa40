/** What uptime needs to know of the apps of this server. compose.ts joins it with whoever runs and serves them. */

import type { ProbeResult } from '../../shared/proxy/evidence.ts';

export interface Site {
  readonly app: string;
  readonly environment: string;
  /** `empty`: nothing was ever live. Only what is `serving` is meant to answer. */
  readonly state: 'serving' | 'paused' | 'stopped' | 'asleep' | 'empty';
  readonly release: number | null;
}

export interface Apps {
  all(): readonly Site[];
  find(app: string, environment: string): Site | null;
  /** One GET of its health path, as a visitor would; counted nowhere, wakes nobody. */
  visit(app: string, environment: string, timeoutMs: number): Promise<ProbeResult>;
  /** Null where there is no such environment. */
  instances(app: string, environment: string): { running: number; wanted: number } | null;
  /** Where it answers, `http(s)://host[:port][/prefix]`. */
  urls(app: string, environment: string): readonly string[];
  /** The deployment that made the live release live. */
  deployment(app: string, environment: string): string | null;
}
