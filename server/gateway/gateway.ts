/** The gateway: requests of apps in, calls of models out, every one in the ledger. Runs in its Worker. */

import type { AnswerCache } from './cache/answer-cache.ts';
import { callChat } from './calling/chat.ts';
import type { Deadlines } from './calling/deadlines.ts';
import { Heads } from './calling/heads.ts';
import { callOther } from './calling/other.ts';
import type { SnapshotKey } from './config/snapshot.ts';
import { emptySnapshot, type Snapshot } from './config/snapshot.ts';
import { anthropic } from './dialects/anthropic/index.ts';
import { gemini } from './dialects/gemini/index.ts';
import { openaiChat } from './dialects/openai-chat/index.ts';
import { openaiResponses } from './dialects/openai-responses/index.ts';
import type { Answer } from './door/answer.ts';
import type { Ask } from './door/ask.ts';
import type { CallTexts } from './insight/call-texts.ts';
import type { Ledger } from './ledger/ledger.ts';
import { createPriceTable, type PriceTable } from './ledger/price-table.ts';
import type { FleetState } from './routing/fleet-state.ts';
import type { Target } from './routing/targets.ts';
import { authenticateCall } from './surface/admit.ts';
import { Guesses } from './surface/authenticate.ts';
import { CallFault, faultAnswer } from './surface/fault.ts';
import { meaningOf } from './surface/meaning.ts';
import { modelsAnswer } from './surface/models.ts';
import { Rates } from './surface/rates.ts';
import type { Pool } from './upstream/pool.ts';

export interface GatewayParts {
  readonly ledger: Ledger;
  readonly pool: Pool;
  readonly fleet: FleetState;
  readonly deadlines: Deadlines;
  readonly cache: AnswerCache;
  readonly texts: CallTexts;
  /** ms since the epoch. */
  now(): number;
  /** ms; never jumps. */
  monotonic(): number;
  random(): number;
  onBug(error: unknown): void;
}

/** What a call works with: the parts, and what is set now. */
export interface CallRoom extends GatewayParts {
  readonly snapshot: Snapshot;
  readonly prices: PriceTable;
  readonly rates: Rates;
  readonly heads: Heads;
  /** Where a model may be asked for by its own name. */
  readonly direct: Map<string, readonly Target[]>;
}

export class Gateway {
  readonly #parts: GatewayParts;
  readonly #guesses = new Guesses();
  readonly #rates = new Rates();
  #keys = new Map<string, SnapshotKey>();
  #room: CallRoom;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#room = this.#roomOf(emptySnapshot);
  }

  /** Takes effect with the next call. */
  set(snapshot: Snapshot): void {
    this.#keys = new Map(snapshot.keys.map((key) => [key.hash, key]));
    this.#room = this.#roomOf(snapshot);
    this.#parts.fleet.forget();
    this.#parts.ledger.setBudgets(snapshot.budgets);
  }

  get room(): CallRoom {
    return this.#room;
  }

  /** Never throws or rejects. */
  handle(ask: Ask): Answer | Promise<Answer> {
    const { head } = ask;
    head.meaning ??= meaningOf(head);
    const { meaning } = head;
    const { operation, dialect } = meaning;
    const failed = (error: unknown) => {
      if (error instanceof CallFault) return faultAnswer(error, dialect, null);
      this.#parts.onBug(error);
      return faultAnswer(new CallFault(500, 'internal_error', 'the gateway hit a bug'), dialect, null);
    };
    try {
      const key = authenticateCall(ask, meaning, this.#keys, this.#guesses, this.#parts.now());
      if (operation === null)
        throw new CallFault(404, 'not_found', `there is no ${head.method} ${head.path.slice(0, 200)}`);
      const asked = { ask, key, meaning };
      switch (operation.kind) {
        case 'models':
          return modelsAnswer(this.#room.snapshot, key, operation.id, dialect, this.#parts.now());
        case 'chat':
          return callChat(this.#room, asked, spoken[operation.dialect], null).catch(failed);
        case 'generate':
          return callChat(this.#room, asked, gemini, operation).catch(failed);
        case 'other':
          return callOther(this.#room, asked, operation.path).catch(failed);
      }
    } catch (error) {
      return failed(error);
    }
  }

  #roomOf(snapshot: Snapshot): CallRoom {
    return {
      ...this.#parts,
      snapshot,
      prices: createPriceTable(snapshot.prices, snapshot.priceFile),
      rates: this.#rates,
      heads: new Heads(),
      direct: new Map(),
    };
  }
}

const spoken = { 'openai-chat': openaiChat, 'openai-responses': openaiResponses, anthropic } as const;
