/** Keeps the data folder within its budgets, all the time, and explains every byte of it. */

import { isFinal } from '../../../shared/deployer/deployment.ts';
import type { DiskHolding } from '../../../shared/deployer/disk-contract.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Events } from '../../kernel/events.ts';
import type { Log } from '../../kernel/log.ts';
import type { DiskKind } from './disk-kind.ts';
import { measure } from './measure.ts';
import { type Item, surplus } from './surplus.ts';

export interface Budgets {
  report(): Promise<{ bytes: number; holdings: DiskHolding[] }>;
  /** Removes what is past its age or over its budget. Never two at once. */
  sweep(): Promise<{ removed: number; freed: number }>;
  start(): void;
  stop(): Promise<void>;
}

export interface BudgetsParts {
  clock: Clock;
  log: Log;
  events: Events;
  /** The data folder. */
  root: string;
  kinds: readonly DiskKind[];
  /** Runs `work` while no build does: builds fill the very folders that are tidied. */
  betweenBuilds<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

const everyMs = 15 * 60_000;
/** After a deployment its new release is settled, and the disk may be fuller. */
const afterDeploymentMs = 5000;

export function createBudgets(parts: BudgetsParts): Budgets {
  const { clock, log, kinds } = parts;
  const stopping = new AbortController();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let unsubscribe: (() => void) | null = null;
  let sweeping: Promise<{ removed: number; freed: number }> | null = null;

  const goneOf = (kind: DiskKind, items: readonly Item[]) =>
    kind.budget === null || kind.remove === undefined ? [] : surplus(items, kind.budget, clock.now());

  const removeAll = async (kind: DiskKind, gone: readonly Item[]) => {
    for (const item of gone) {
      if (stopping.signal.aborted) return;
      await kind.remove?.(item);
      log.info('removed to keep within the budget', { kind: kind.name, item: item.id, bytes: item.bytes });
    }
  };

  const sweepNow = async () => {
    const total = { removed: 0, freed: 0 };
    const seen = new Set<string>();
    for (const kind of kinds) {
      if (kind.budget === null || stopping.signal.aborted) continue;
      try {
        const gone = goneOf(kind, await kind.items(seen));
        if (gone.length === 0) continue;
        await parts.betweenBuilds(() => removeAll(kind, gone), stopping.signal);
        total.removed += gone.length;
        total.freed += gone.reduce((sum, item) => sum + item.bytes, 0);
      } catch (error) {
        if (!stopping.signal.aborted) log.error('a budget could not be kept', { kind: kind.name, error });
      }
    }
    return total;
  };
  const sweep = () => {
    sweeping ??= sweepNow().finally(() => {
      sweeping = null;
    });
    return sweeping;
  };
  const sweepIn = (ms: number) => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void sweep().finally(() => stopping.signal.aborted || sweepIn(everyMs)), ms);
    timer.unref();
  };

  return {
    sweep,
    async report() {
      const seen = new Set<string>();
      const holdings: DiskHolding[] = [];
      for (const kind of kinds) {
        const items = await kind.items(seen);
        const gone = new Set(goneOf(kind, items));
        for (const [app, own] of Map.groupBy(items, (item) => item.app)) {
          const freeable = own.filter((item) => gone.has(item));
          holdings.push({
            kind: kind.name,
            app,
            bytes: bytesOf(own),
            files: own.reduce((sum, item) => sum + item.files, 0),
            freeable: bytesOf(freeable),
            budget: kind.budget,
          });
        }
      }
      const all = await measure(parts.root);
      // The folders themselves, and what changed while it was counted.
      const rest = Math.max(0, all.bytes - bytesOf(holdings));
      holdings.push({ kind: 'folders', app: null, bytes: rest, files: 0, freeable: 0, budget: null });
      return { bytes: bytesOf(holdings), holdings: holdings.filter(({ bytes }) => bytes > 0) };
    },
    start() {
      unsubscribe = parts.events.on('deployment.changed', ({ phase }) => {
        if (isFinal(phase)) sweepIn(afterDeploymentMs);
      });
      sweepIn(60_000);
    },
    async stop() {
      stopping.abort();
      unsubscribe?.();
      if (timer !== null) clearTimeout(timer);
      await sweeping;
    },
  };
}

function bytesOf(items: readonly { bytes: number }[]): number {
  return items.reduce((sum, { bytes }) => sum + bytes, 0);
}
