/** What every kind of item is taken in with. */

import type { Database } from 'bun:sqlite';
import type { FingerprintRule } from '../grouping/fingerprint-rules.ts';
import type { Original } from '../sourcemaps/original.ts';
import type { EventWriter } from '../store/event-store.ts';
import type { IssueStore } from '../store/issue-store.ts';

export interface Project {
  readonly id: number;
  readonly app: string;
  readonly rules: readonly FingerprintRule[];
}

/** Something a person may want to hear of; the main side makes a notice of it. */
export type Happening =
  | {
      kind: 'new' | 'regressed';
      project: number;
      issue: number;
      title: string;
      release: string | null;
      environment: string;
    }
  | { kind: 'spike'; project: number; issue: number; events: number }
  | { kind: 'spike-over'; project: number; issue: number }
  | { kind: 'monitor'; project: number; slug: string; failing: boolean; text: string }
  | { kind: 'monitor-missed'; project: number; slug: string; missed: boolean; lastAt: number }
  | { kind: 'crash-free'; project: number; release: string; sessions: number; share: number };

/** Nobody is told of it: a monitor has to check in until `at`. */
export interface Expected {
  kind: 'check-in-due';
  project: number;
  at: number;
}

/** One transaction's worth of stores. */
export interface Stores {
  readonly index: Database;
  readonly issues: IssueStore;
  readonly events: EventWriter;
  happened(what: Happening | Expected): void;
  /** Whether another event of the issue is to be kept whole, or is only counted. */
  keeps(issue: number, now: number): boolean;
  /** The issue of an event that is stored; null where it is not. */
  issueOf(event: string): number | null;
  /** The original place of a minified frame; null where no map has it. */
  readonly original: Original;
}

export interface ItemContext {
  readonly stores: Stores;
  readonly project: Project;
  /** ms. */
  readonly now: number;
  /** The envelope's event id. */
  readonly id: string | null;
  /** What serves the host it came to, where the event itself is silent. */
  readonly release: string | null;
  readonly environment: string;
}

/** Counts what was not kept, by whoever dropped it. */
export function countDropped(
  { stores, project, now }: Pick<ItemContext, 'stores' | 'project' | 'now'>,
  by: 'client' | 'server',
  reason: string,
  category: string,
  quantity: number,
): void {
  stores.index
    .query(
      `INSERT INTO dropped (project, day, by, reason, category, quantity) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity`,
    )
    .run(project.id, Math.floor(now / 86_400_000), by, reason.slice(0, 60), category.slice(0, 40), quantity);
}
