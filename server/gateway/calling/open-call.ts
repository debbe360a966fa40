/** What happens before anything is sent: rate, route, cache, and the reservation in the ledger. */

import { dollarText } from '../../../shared/gateway/money.ts';
import type { WholeAnswer } from '../door/answer.ts';
import type { RequestHead } from '../door/request-head.ts';
import type { CallRoom } from '../gateway.ts';
import type { CallStart } from '../ledger/call-row.ts';
import { BudgetExceeded, type Reserved } from '../ledger/ledger.ts';
import { worstCost } from '../ledger/price.ts';
import type { WorstCase } from '../ledger/worst-case.ts';
import { type Route, routeFor, type Target } from '../routing/targets.ts';
import { CallFault } from '../surface/fault.ts';
import type { AskedCall } from './chat.ts';
import { callEnd, type Ending } from './outcome.ts';

export interface OpenCall {
  readonly kind: 'open';
  readonly id: number;
  readonly route: Route;
  /** Under a budget: what is sent must keep within what was reserved. */
  readonly budgeted: boolean;
  readonly startedAt: number;
  readonly key: number;
  /** Where the answer may be kept, and how long; null where it may not. */
  readonly cache: { readonly hash: string; readonly seconds: number } | null;
  readonly keepsText: boolean;
  /** Once; a second time does nothing. */
  settle(ending: Ending): void;
}

export interface Wish {
  readonly model: string;
  readonly length: number;
  readonly worst: WorstCase;
  /** The request as it is told from others by; null where its answer is never kept. */
  readonly cacheText: string | null;
}

/** Throws `CallFault`: no such model, too fast, no room in a budget. */
export async function openCall(
  room: CallRoom,
  asked: AskedCall,
  wish: Wish,
): Promise<OpenCall | { kind: 'kept'; answer: WholeAnswer }> {
  const { key, ask } = asked;
  const { caller, trace } = asked.meaning;
  const now = room.now();
  room.rates.call(key, now);
  const { snapshot, fleet, ledger } = room;
  const route = routeFor(wish.model, {
    providers: snapshot.providers,
    aliases: snapshot.aliases,
    direct: room.direct,
    random: room.random,
    speed: (provider, model) => fleet.speed(provider, model),
  });
  const [first] = route?.targets ?? [];
  if (route === null || first === undefined) {
    throw new CallFault(404, 'model_not_found', `no provider has the model ${wish.model.slice(0, 200)}`, {
      field: 'model',
    });
  }
  const start: CallStart = {
    app: caller?.app ?? key.app ?? '',
    environment: caller?.environment ?? key.environment ?? '',
    release: caller?.release ?? 0,
    key: key.id,
    model: wish.model.slice(0, 200),
    candidates: route.targets.map(({ model }) => model),
    provider: first.provider.name,
    served: first.model,
    trace,
  };
  const budgeted = ledger.budgeted(start);
  const startedAt = room.monotonic();
  const { cacheSeconds, logShare } = key.limits;
  const cache =
    cacheSeconds === null || wish.cacheText === null
      ? null
      : { hash: room.cache.hash(key.id, pathOf(ask.head), wish.cacheText), seconds: cacheSeconds };
  const kept = cache === null ? null : room.cache.get(cache.hash, key.id, now);
  const amount = kept === null ? worstOf(room, route.targets, wish.worst, budgeted, now) : 0;
  let reserved: Reserved;
  try {
    reserved = await ledger.reserve(start, amount);
  } catch (error) {
    throw reservationFault(error, amount);
  }
  const { id } = reserved;
  let settled = false;
  const settle = (ending: Ending) => {
    if (settled) return;
    settled = true;
    const known = callEnd(ending, wish.length, room.prices, room.now());
    // A guess is never more than the most it can be.
    const end = known.estimated ? { ...known, cost: Math.min(known.cost, amount) } : known;
    ledger.settle(reserved, end);
    const { usage } = end;
    room.rates.used(key, usage.input + usage.cacheRead + usage.output, room.now());
    if (ending.firstMs !== null && ending.target !== null) {
      fleet.timed(ending.target.provider.name, ending.target.model, ending.firstMs);
    }
  };
  if (kept !== null) {
    settle({ ...nothing, state: 'done', status: kept.status, target: first, totalMs: 0, cached: true });
    return {
      kind: 'kept',
      answer: {
        kind: 'whole',
        status: kept.status,
        headers: { 'content-type': kept.type, 'windlass-call': String(id), 'windlass-cache': 'hit' },
        body: Buffer.from(kept.body),
      },
    };
  }
  const keepsText = logShare > 0 && room.random() < logShare;
  return { kind: 'open', id, route, budgeted, startedAt, key: key.id, cache, keepsText, settle };
}

const nothing = { usage: null, worked: false, seen: 0, firstMs: null, attempts: 0 } as const;

function reservationFault(error: unknown, amount: number): CallFault {
  if (!(error instanceof BudgetExceeded)) {
    return new CallFault(503, 'ledger_unavailable', 'the ledger cannot be written, so nothing is spent', {
      retry: true,
    });
  }
  const { budget, settled, reserved, period } = error.entry;
  const until = budget.period === 'total' ? '' : ` until ${new Date(period.to).toISOString()}`;
  // 402 is nothing the SDKs ask again for; 429 they would.
  return new CallFault(
    402,
    'budget_exceeded',
    `the budget of ${dollarText(budget.limit)} ${budget.period === 'total' ? 'in all' : `a ${budget.period}`} has no room for this call${until}: ` +
      `${dollarText(settled)} are spent, ${dollarText(reserved)} reserved, and it may cost ${dollarText(amount)}`,
  );
}

/** The dearest of the targets. Under a budget there is none without a price, for nobody could hold it. */
function worstOf(
  room: CallRoom,
  targets: readonly Target[],
  worst: WorstCase,
  budgeted: boolean,
  now: number,
): number {
  let most = 0;
  for (const { provider, model } of targets) {
    const price = room.prices.find(provider.kind, model, now);
    if (price !== null) most = Math.max(most, worstCost(worst.input, worst.output, price));
    else if (budgeted) {
      throw new CallFault(
        403,
        'no_price',
        `${model} of ${provider.name} has no price, so no budget can hold it`,
        {
          field: 'model',
        },
      );
    }
  }
  return most;
}

/** Without whose it is: a release more or less asks the same. */
function pathOf({ path, query }: RequestHead): string {
  return `${path.replace(/^.*?\/(v1|v1beta)\//, '/$1/')}${query === '' ? '' : `?${query}`}`;
}
