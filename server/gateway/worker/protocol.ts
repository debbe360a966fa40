/** What the server's main thread and the gateway's Worker say to each other. */

import type { PublicError } from '../../../shared/errors.ts';
import type { AiCall, UsageDimension, UsageRow } from '../../../shared/gateway/contract.ts';
import type { Snapshot } from '../config/snapshot.ts';
import type { Spike } from '../insight/spend-spike.ts';
import type { Entry } from '../ledger/budget-book.ts';
import type { ProviderWord } from '../routing/fleet-state.ts';

export interface Questions {
  budgets: { ask: object; answer: Entry[] };
  words: { ask: object; answer: Record<string, ProviderWord> };
  report: {
    ask: { from: number; to: number; by: UsageDimension[]; app: string | null };
    answer: UsageRow[];
  };
  calls: {
    ask: { from: number; to: number; app: string | null; trace?: string | undefined; limit: number };
    answer: AiCall[];
  };
  text: { ask: { id: number }; answer: { request: string; answer: string } | null };
  test: {
    ask: { name: string; model: string };
    answer: { ok: boolean; status: number; ms: number; message: string };
  };
}
export type QuestionName = keyof Questions;

export type ToWorker =
  | { readonly kind: 'open'; readonly file: string; readonly port: number; readonly snapshot: Snapshot }
  | { readonly kind: 'set'; readonly snapshot: Snapshot }
  | { readonly kind: 'ask'; readonly id: number; readonly name: QuestionName; readonly question: unknown }
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly error: PublicError }
  | { readonly kind: 'spent'; readonly entry: Entry }
  | { readonly kind: 'spike'; readonly spike: Spike }
  | { readonly kind: 'word'; readonly provider: string; readonly word: ProviderWord }
  | {
      readonly kind: 'log';
      readonly level: 'warn' | 'error';
      readonly message: string;
      readonly error: string;
    }
  | { readonly kind: 'closed' };
