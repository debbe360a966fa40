/** All the gateway is set to, as control.db has it and the Worker is told it at each change. Holds secrets: never logged. */

import type { AiAlias, KeyLimits, ProviderKind } from '../../../shared/gateway/contract.ts';
import type { PriceFile } from '../../../shared/gateway/price-file.ts';
import type { Budget } from '../ledger/budget-book.ts';

export interface SnapshotKey {
  readonly id: number;
  /**
   * SHA-256 of the key, hex. A plain hash is right for it: the key is 256 random bits, which no amount of guessing finds,
   * so there is nothing a slow hash could protect, and every request has to pay for it.
   */
  readonly hash: string;
  readonly name: string;
  readonly app: string | null;
  readonly environment: string | null;
  readonly limits: KeyLimits;
}

export interface SnapshotProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly baseUrl: string;
  readonly models: readonly string[];
  readonly secrets: readonly string[];
  readonly private: boolean;
}

/** Microdollars for a million tokens, by the owner's word. */
export interface OwnPrice {
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface Snapshot {
  readonly keys: readonly SnapshotKey[];
  readonly providers: readonly SnapshotProvider[];
  readonly aliases: readonly AiAlias[];
  readonly budgets: readonly Budget[];
  readonly prices: readonly OwnPrice[];
  /** The owner's table, where there is one. */
  readonly priceFile: PriceFile | null;
}

export const emptySnapshot: Snapshot = {
  keys: [],
  providers: [],
  aliases: [],
  budgets: [],
  prices: [],
  priceFile: null,
};
