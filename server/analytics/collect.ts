/** What the collecting Worker does with what arrived: understood, keyed, appended, answered. */

import type { DropReason } from '../../shared/analytics/contract.ts';
import { type Hit, packHit } from '../../shared/analytics/hit.ts';
import { unreachable } from '../../shared/errors.ts';
import type { Journals } from './journal.ts';
import { Returning } from './returning.ts';
import type { Salt } from './salts.ts';
import { dayFile, siteFolder } from './site-folder.ts';
import { type Arrived, Understanding } from './understand.ts';
import { visitorKey } from './visitor-key.ts';

export type Outcome = 'counted' | 'malformed' | 'dropped' | 'failed';

export interface CollectorParts {
  readonly root: string;
  readonly journals: Journals;
  /** Called for what is not counted. */
  onDropped(arrived: Arrived, reason: DropReason): void;
  onFailed(error: unknown): void;
}

export class Collector {
  readonly understanding = new Understanding();
  readonly #returning = new Returning();
  readonly #parts: CollectorParts;
  /** Today's and yesterday's. */
  salts: readonly Salt[] = [];

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  /** Outcomes in the order of what arrived. What is `counted` survives the end of the process. */
  collect(batch: readonly Arrived[]): Outcome[] {
    const outcomes: Outcome[] = [];
    const lines = new Map<string, { text: string; places: number[] }>();
    for (const [place, arrived] of batch.entries()) {
      outcomes.push(this.#place(arrived, place, lines));
    }
    for (const [path, { text, places }] of lines) {
      try {
        this.#parts.journals.append(path, text);
      } catch (error) {
        this.#parts.onFailed(error);
        for (const place of places) outcomes[place] = 'failed';
      }
    }
    return outcomes;
  }

  #place(arrived: Arrived, place: number, lines: Map<string, { text: string; places: number[] }>): Outcome {
    const understood = this.understanding.understand(arrived);
    switch (understood.kind) {
      case 'ignored':
        return 'dropped';
      case 'dropped':
        this.#parts.onDropped(arrived, understood.reason);
        return understood.reason === 'malformed' ? 'malformed' : 'dropped';
      case 'hit':
        break;
      default:
        return unreachable(understood);
    }
    const keyed = this.#key(arrived);
    if (keyed === null || !this.#returning.note(keyed.visitor, arrived.at)) {
      this.#parts.onDropped(arrived, 'flood');
      return 'dropped';
    }
    const hit: Hit = { ...understood.hit, visitor: keyed.visitor };
    const counted = arrived.dialect === 'served' ? 'served' : 'script';
    const path = dayFile(siteFolder(this.#parts.root, { ...arrived, counted }), keyed.day, 'journal');
    const mine = lines.get(path) ?? { text: '', places: [] };
    mine.text += `${packHit(hit)}\n`;
    mine.places.push(place);
    lines.set(path, mine);
    return 'counted';
  }

  /** Who it is: by yesterday's salt while a visit that began under it goes on, by today's otherwise. */
  #key({ app, environment, dialect, address, agent, at }: Arrived): { visitor: string; day: number } | null {
    const [today, yesterday] = this.salts;
    if (today === undefined) return null;
    const person = { address, agent, site: `${app}/${environment}/${dialect === 'served' ? 'served' : ''}` };
    if (yesterday !== undefined) {
      const visitor = visitorKey(yesterday, person);
      if (this.#returning.isHere(visitor, at)) return { visitor, day: yesterday.day };
    }
    return { visitor: visitorKey(today, person), day: today.day };
  }

  /** After a restart: who was here before it, as the journals say. */
  remember(hits: Iterable<{ visitor: string; at: number }>): void {
    for (const { visitor, at } of hits) this.#returning.note(visitor, at);
  }
}
