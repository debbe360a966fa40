/** Everything of a running gateway put together: the file, the listener, the questions people ask. */

import { Database } from 'bun:sqlite';
import { toPublicError } from '../../../shared/errors.ts';
import { AnswerCache } from '../cache/answer-cache.ts';
import { Deadlines } from '../calling/deadlines.ts';
import type { Snapshot } from '../config/snapshot.ts';
import { Gateway } from '../gateway.ts';
import { CallTexts } from '../insight/call-texts.ts';
import { listCalls, report } from '../insight/report.ts';
import { createSpikeWatch } from '../insight/spend-spike.ts';
import type { Entry } from '../ledger/budget-book.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LedgerStore } from '../ledger/ledger-store.ts';
import { prepare } from '../ledger/schema.ts';
import { FleetState, type ProviderWord } from '../routing/fleet-state.ts';
import { mostBody } from '../surface/most-body.ts';
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
  const server = listen(
    options.port,
    gateway,
    log('the port that apps were told is taken: restart them, for they get another'),
  );
  const port = server.port ?? 0;
  const inBridge = createBridges(monotonic);
  let forContainers: Bun.Server<undefined> | null = null;
  const reachContainers = () => {
    const address = forContainers === null ? hostGateway() : null;
    if (address === null) return;
    try {
      forContainers = serve(address, port, gateway, inBridge);
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
      return listCalls(db, ask);
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
      await Promise.race([server.stop(), new Promise((resolve) => setTimeout(resolve, drainMs))]);
      await server.stop(true);
      await forContainers?.stop(true);
      ledger.flush();
      deadlines.close();
      pool.close();
      db.close();
    },
  };
}

/** A port that is taken meanwhile is given up for a free one. */
function listen(port: number, gateway: Gateway, onTaken: (error: unknown) => void): Bun.Server<undefined> {
  const open = (wanted: number) => serve('127.0.0.1', wanted, gateway, () => true);
  if (port === 0) return open(0);
  try {
    return open(port);
  } catch (error) {
    onTaken(error);
    return open(0);
  }
}

function serve(
  hostname: string,
  port: number,
  gateway: Gateway,
  admits: (address: string) => boolean,
): Bun.Server<undefined> {
  return Bun.serve({
    hostname,
    port,
    maxRequestBodySize: mostBody,
    // Streams may be silent for minutes while a model thinks.
    idleTimeout: 0,
    fetch(request, server) {
      const client = () => server.requestIP(request)?.address ?? '';
      if (hostname !== '127.0.0.1' && !admits(client())) return new Response(null, { status: 403 });
      return gateway.handle(request, client);
    },
    error: () => new Response(bug, { status: 500, headers: { 'content-type': 'application/json' } }),
  });
}

const bug = '{"error":{"message":"the gateway hit a bug","type":"internal_error","param":null,"code":null}}';
