/** What was decided for each host, and how its last order went, in control.db. */

import type { HostRules } from '../../shared/certificates/contract.ts';
import type { Store } from '../kernel/store.ts';

export interface Problem {
  /** Plain words: what is wrong, and what to do. */
  readonly message: string;
  readonly todo: string | null;
  /** Whether trying again by itself may help. */
  readonly passing: boolean;
}

export interface HostRecord {
  readonly host: string;
  readonly rules: HostRules;
  /** Orders that failed in a row. */
  readonly failures: number;
  /** Not ordered before, ms since the epoch. */
  readonly nextAt: number;
  readonly problem: Problem | null;
}

interface Row {
  host: string;
  https: HostRules['https'];
  hsts: number;
  challenge: HostRules['challenge'];
  provider: string | null;
  failures: number;
  next_at: number;
  problem: string | null;
}

export const defaultRules: HostRules = { https: 'auto', hsts: 0, challenge: 'http-01', provider: null };

export class HostStore {
  constructor(private readonly store: Store) {}

  find(host: string): HostRecord {
    const row = this.store.db
      .query<Row, [string]>('SELECT * FROM certificate_hosts WHERE host = ?')
      .get(host);
    return row === null
      ? { host, rules: defaultRules, failures: 0, nextAt: 0, problem: null }
      : recordOf(row);
  }

  all(): HostRecord[] {
    return this.store.db.query<Row, []>('SELECT * FROM certificate_hosts').all().map(recordOf);
  }

  putRules(host: string, { https, hsts, challenge, provider }: HostRules): void {
    this.store.db
      .query(
        `INSERT INTO certificate_hosts (host, https, hsts, challenge, provider) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (host) DO UPDATE SET https = ?2, hsts = ?3, challenge = ?4, provider = ?5`,
      )
      .run(host, https, hsts, challenge, provider);
  }

  putOutcome(host: string, outcome: Pick<HostRecord, 'failures' | 'nextAt' | 'problem'>): void {
    const problem = outcome.problem === null ? null : JSON.stringify(outcome.problem);
    this.store.db
      .query(
        `INSERT INTO certificate_hosts (host, failures, next_at, problem) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (host) DO UPDATE SET failures = ?2, next_at = ?3, problem = ?4`,
      )
      .run(host, outcome.failures, outcome.nextAt, problem);
  }
}

function recordOf(row: Row): HostRecord {
  const { host, https, hsts, challenge, provider, failures } = row;
  return {
    host,
    rules: { https, hsts, challenge, provider },
    failures,
    nextAt: row.next_at,
    problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
  };
}
