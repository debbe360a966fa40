/** What the errors feature and its Worker say to each other. */

import type { PublicError } from '../../../shared/errors.ts';
import type { Question } from '../questions.ts';
import type { Expected, Happening } from './context.ts';
import type { ReplayItem } from './take-envelope.ts';

/** How the bytes of a submission are to be read. */
export type Form = 'envelope' | 'store' | 'security' | 'minidump' | 'check-in';

export interface Submission {
  readonly project: { readonly id: number; readonly app: string; readonly rules: string };
  readonly form: Form;
  /** As it came, Content-Encoding not undone. */
  readonly body: Uint8Array;
  readonly encoding: string;
  readonly contentType: string;
  /** ms. */
  readonly now: number;
  /** What serves the host it came to. */
  readonly release: string | null;
  readonly environment: string;
}

export type Outcome =
  /** On disk. */
  | { kind: 'taken'; id: string | null; replay: readonly ReplayItem[] }
  | { kind: 'refused'; status: 400 | 413 | 503; why: string };

export interface DeskOptions {
  /** Of index.db and the files of events. */
  readonly folder: string;
  readonly keepDays: number;
  /** Of the whole folder. */
  readonly keepBytes: number;
  /** Events of an issue kept whole per minute; those beyond it are counted. */
  readonly spikePerMinute: number;
}

export interface Numbered {
  readonly id: number;
  readonly submission: Submission;
}

export type Request =
  | { kind: 'open'; options: DeskOptions }
  | { kind: 'take'; submissions: readonly Numbered[] }
  | { kind: 'ask'; id: number; question: Question }
  | { kind: 'close' };

export type Reply =
  | { kind: 'took'; outcomes: readonly { id: number; outcome: Outcome }[] }
  | { kind: 'answer'; id: number; value: unknown }
  | { kind: 'refused'; id: number; error: PublicError }
  | { kind: 'happened'; what: Happening | Expected }
  | { kind: 'note'; level: 'warn' | 'error'; message: string; error: string }
  | { kind: 'closed' };
