/** What the main side and the asking Worker say to each other. */

import type { FunnelQuestion } from '../../shared/analytics/funnel.ts';
import type { JourneysQuestion } from '../../shared/analytics/journeys.ts';
import type { PassingQuestion } from '../../shared/analytics/passing.ts';
import type { Question } from '../../shared/analytics/query.ts';
import type { RetentionQuestion } from '../../shared/analytics/retention.ts';
import type { VitalsQuestion } from '../../shared/analytics/vitals.ts';
import type { PublicError } from '../../shared/errors.ts';

export type AnyQuestion =
  | { kind: 'figures'; question: Question }
  | { kind: 'funnel'; question: FunnelQuestion }
  | { kind: 'journeys'; question: JourneysQuestion }
  | { kind: 'passing'; question: PassingQuestion }
  | { kind: 'retention'; question: RetentionQuestion }
  | { kind: 'vitals'; question: VitalsQuestion }
  /** The partitions there are; those that are behind their journal are made anew first. */
  | { kind: 'held' }
  /** Takes the days of a file of another tool that are not counted here already; answers with how many. */
  | { kind: 'import'; path: string }
  /** Seals what is over and removes what is past its days. */
  | { kind: 'tidy'; keepDays: number; keepSumsDays: number };

export interface AskRequest {
  readonly id: number;
  /** The site's. */
  readonly folder: string;
  readonly now: number;
  readonly asked: AnyQuestion;
}

export type AskReply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: PublicError; readonly cause: string };
