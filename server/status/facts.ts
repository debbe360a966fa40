/** What a status page tells of. compose.ts joins it with whoever knows. */

export interface StatusFacts {
  checks(): readonly {
    readonly id: number;
    readonly status: 'unknown' | 'up' | 'down' | 'paused' | 'maintenance';
  }[];
  /** The last 90 days of a check, the oldest first; `at` is a day's begin in UTC. */
  days(check: number): readonly { readonly at: number; readonly up: number; readonly down: number }[];
  /** The newest first. */
  incidents(): readonly IncidentFact[];
  /** What was published of one, the oldest first. */
  updates(incident: number): readonly { readonly at: number; readonly text: string }[];
  /** Windows that are open or begin within a week. */
  maintenance(): readonly {
    readonly title: string;
    readonly checks: readonly number[];
    readonly from: number;
    readonly to: number;
  }[];
}

export interface IncidentFact {
  readonly id: number;
  /** The check it is about; null for one that was opened by hand, which is about everything. */
  readonly check: number | null;
  readonly title: string;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

/** Letters to those who subscribed. Throws where it cannot be sent now. */
export interface Mailer {
  mail(letter: {
    to: string;
    subject: string;
    text: string;
    id: string;
    headers?: Readonly<Record<string, string>>;
  }): Promise<void>;
}
