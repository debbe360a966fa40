/** What a person should hear of, as any feature says it and the notification feature delivers it. */

/** How much it matters: `info` is news, `warning` will hurt if left alone, `critical` hurts now. */
export type NoticeSeverity = 'info' | 'warning' | 'critical';

/** A notice opens something that is over one day, closes it, or is only news. */
export type NoticeState = 'news' | 'opened' | 'resolved';

export interface Notice {
  /** `<feature>.<what>`: `deployment.failed`, `check.down`, `issue.new`, `budget.reached`; rules select by it. */
  readonly kind: string;
  /** The same for all notices about one thing, so that what was opened can be resolved and is told once: `check:12`. */
  readonly subject: string;
  readonly state: NoticeState;
  readonly severity: NoticeSeverity;
  readonly app: string | null;
  readonly environment: string | null;
  readonly release: number | null;
  /** One line of plain text. No secret, and nothing a visitor sent that was not cut and cleaned. */
  readonly title: string;
  /** What happened and what to do next; plain text. */
  readonly text: string;
  /** ms since the epoch. */
  readonly at: number;
}
