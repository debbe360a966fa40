/** Everything of a running gateway put together: the file, the listener, the questions people ask. */

import { Database } from 'bun:sqlite';
import { toPublicError } from '../../../shared/errors.ts';
import { AnswerCache } from '../cache/answer-cache.ts';
import { Deadlines } from '../calling/deadlines.ts';
import type { Snapshot } from '../config/snapshot.ts';
import type { Ask } from '../door/ask.ts';
import { type Door, openDoor } from '../door/open-door.ts';
import { Gateway } from '../gateway.ts';
import { CallTexts } from '../insight/call-texts.ts';
import { listCalls, report } from '../insight/report.ts';
import { createSpikeWatch } from '../insight/spend-spike.ts';
import type { Entry } from '../ledger/budget-book.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerStore } from '../ledger/ledger-store.ts';
import { prepare } from '../ledger/schema.ts';
import { FleetState, type ProviderWord } from '../routing/fleet-state.ts';
import { createAddresses, systemResolve } from '../upstream/address.ts';
import { createPool } from '../upstream/pool.ts';
import { createBridges, hostGateway } from './bridges.ts';
import type { FromWorker, QuestionName, Questions } from './protocol.ts';
import { testProvider } from './test-provider.ts';

export interface OpenGateway {
  readonly port: number;
  set(snapshot: Snapshot): void;
  answer(id: number, name: QuestionName, question: unknown): void;
  close(): Promise<void>;
}

/** Single calls are kept so long; their sums by the hour for ever. */
const keepCallsMs = 100 * 86_400_000;
const tidyMs = 3_600_000;
const spikeMs = 60_000;
const lookMs = 30_000;
/** How often a budget's change is told, at most. */
const tellMs = 1000;
/** For answers under way when the server stops. */
const drainMs = 5000;

export function createOpenGateway(
  options: { file: string; port: number; snapshot: Snapshot },
  tell: (message: FromWorker) => void,
): OpenGateway {
  const db = new Database(options.file, { create: true, readwrite: true });
  prepare(db);
  const now = () => Date.now();
  const monotonic = () => performance.now();
  const log = (message: string) => (error: unknown) =>
    tell({
      kind: 'log',
      level: 'error',
      message,
      error: String(error instanceof Error ? (error.stack ?? error) : error),
    });
  const spent = new Map<number, Entry>();
  let telling: Timer | undefined;
  const store = new LedgerStore(db);
  const ledger = new Ledger({
    store,
    now,
    onSpend: (entry) => {
      spent.set(entry.budget.id, entry);
      telling ??= setTimeout(() => {
        telling = undefined;
        for (const each of spent.values()) tell({ kind: 'spent', entry: each });
        spent.clear();
      }, tellMs);
    },
    onError: log('the ledger cannot be written'),
  });
  const fleet = new FleetState((provider, word) => tell({ kind: 'word', provider, word }));
  const deadlines = new Deadlines(monotonic);
  const pool = createPool(createAddresses(systemResolve, monotonic), monotonic);
  const cache = new AnswerCache(db);
  const texts = new CallTexts(db);
  const gateway = new Gateway({
    ledger,
    pool,
    fleet,
    deadlines,
    cache,
    texts,
    now,
    monotonic,
    random: Math.random,
    onBug: log('a call hit a bug'),
  });
  gateway.set(options.snapshot);
  const handle = (ask: Ask) => gateway.handle(ask);
  const door = openFirst(
    options.port,
    (wanted) => openDoor({ hostname: '127.0.0.1', port: wanted, handle, now: monotonic }),
    log('the port that apps were told is taken: restart them, for they get another'),
  );
  const { port } = door;
  const inBridge = createBridges(monotonic);
  let forContainers: Door | null = null;
  const reachContainers = () => {
    const address = forContainers === null ? hostGateway() : null;
    if (address === null) return;
    try {
      forContainers = openDoor({ hostname: address, port, handle, admits: inBridge, now: monotonic });
    } catch (error) {
      log('the gateway cannot listen for containers')(error);
    }
  };
  reachContainers();
  // An engine may come later than we do.
  const looking = setInterval(reachContainers, lookMs);
  const tidy = setInterval(() => {
    cache.tidy(now());
    texts.tidy(now());
    while (store.prune(now() - keepCallsMs));
  }, tidyMs);

  const spikes = createSpikeWatch(db);
  const watching = setInterval(() => {
    for (const spike of spikes(now())) tell({ kind: 'spike', spike });
  }, spikeMs);

  const questions: {
    [K in QuestionName]: (
      ask: Questions[K]['ask'],
    ) => Questions[K]['answer'] | Promise<Questions[K]['answer']>;
  } = {
    budgets: () => [...ledger.entries()],
    words: () => {
      const words: Record<string, ProviderWord> = {};
      for (const { name } of gateway.room.snapshot.providers) words[name] = fleet.word(name);
      return words;
    },
    report: (ask) => {
      ledger.flush();
      return report(db, ask);
    },
    calls: (ask) => {
      ledger.flush();
      return listCalls(db, ledger.open(), ask);
    },
    text: ({ id }) => gateway.room.texts.find(id),
    test: (ask) => testProvider(gateway.room, ask),
  };

  return {
    port,
    set: (snapshot) => gateway.set(snapshot),
    answer(id, name, question) {
      const handler = questions[name] as (ask: unknown) => unknown;
      Promise.resolve()
        .then(() => handler(question))
        .then(
          (answer) => tell({ kind: 'answer', id, answer }),
          (error: unknown) => tell({ kind: 'refused', id, error: toPublicError(error) }),
        );
    },
    async close() {
      clearInterval(tidy);
      clearInterval(watching);
      clearInterval(looking);
      clearTimeout(telling);
      await Promise.all([door.close(drainMs), forContainers?.close(drainMs)]);
      ledger.flush();
      deadlines.close();
      pool.close();
      db.close();
    },
  };
}

/** A port that is taken meanwhile is given up for a free one. */
function openFirst(port: number, open: (port: number) => Door, onTaken: (error: unknown) => void): Door {
  if (port === 0) return open(0);
  try {
    return open(port);
  } catch (error) {
    onTaken(error);
    return open(0);
  }
}
