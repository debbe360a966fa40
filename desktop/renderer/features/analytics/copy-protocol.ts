/** What a page and the Worker with its local copy say to each other. */

import type { FunnelQuestion } from '../../../../shared/analytics/funnel.ts';
import type { JourneysQuestion } from '../../../../shared/analytics/journeys.ts';
import type { Question } from '../../../../shared/analytics/query.ts';
import type { RetentionQuestion } from '../../../../shared/analytics/retention.ts';
import type { VitalsQuestion } from '../../../../shared/analytics/vitals.ts';
import type { PublicError } from '../../../../shared/errors.ts';

export type AskedOfCopy =
  | { kind: 'figures'; question: Question }
  | { kind: 'funnel'; question: FunnelQuestion }
  | { kind: 'journeys'; question: JourneysQuestion }
  | { kind: 'retention'; question: RetentionQuestion }
  | { kind: 'vitals'; question: VitalsQuestion };

export interface CopiedDay {
  readonly day: number;
  readonly version: string;
}

export type ToCopyWorker =
  | { kind: 'ask'; id: number; days: readonly CopiedDay[]; asked: AskedOfCopy }
  /** The SQLite file of a day that was needed; null where it cannot be read. */
  | { kind: 'day'; id: number; day: number; bytes: Uint8Array | null };

export type FromCopyWorker =
  /** `id` is of the question that needs it. */
  | { kind: 'need'; id: number; day: number }
  | { kind: 'answer'; id: number; answer: unknown }
  | { kind: 'failed'; id: number; error: PublicError };
