/** The main side of telemetry: gathers rows into batches, keeps what is under way within bounds, speaks with the Worker. */

import { fromPublicError, unreachable, WindlassError } from '../../shared/errors.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Cell, Telemetry, TelemetryTable } from './telemetry.ts';
import { RowBatch } from './telemetry-batch.ts';
import type { Reply, Request } from './telemetry-protocol.ts';
import { startTelemetryWorker, type TelemetryWorker } from './telemetry-start.ts';

export interface TelemetryOptions {
  folder: string;
  clock: Clock;
  log: Log;
  /** The Worker's entry, where it is not the usual one. */
  workerUrl?: string;
  /** Most rows that are taken and not yet written. Default 50,000: 12 MB of access log. */
  mostRows?: number;
}

export interface OwnedTelemetry extends Telemetry {
  /** With how often the Worker had to be started again. */
  readonly counts: Telemetry['counts'] & { restarts: number };
}

interface Buffer {
  readonly table: TelemetryTable;
  readonly width: number;
  readonly batch: RowBatch;
  /** Batches that could not be sent yet. */
  readonly full: Sealed[];
  /** Whether rows of a wrong width were complained of. */
  blamed: boolean;
}

interface Sealed {
  readonly message: string;
  readonly rows: number;
  readonly characters: number;
}

interface Waiter {
  resolve(rows: unknown[]): void;
  reject(error: WindlassError): void;
}

/** The Worker's memory grows with it, by 10 MB from here to 2000 rows of access log; its work a row does not fall. */
const batchRows = 500;
const batchCharacters = 500_000;
/** Of text taken and not yet written. */
const mostCharacters = 32_000_000;
const batchMs = 200;
const mostQuestions = 256;
const closeMs = 10_000;
/** A Worker that lived this long starts its back-off anew. */
const healthyMs = 60_000;

/** Nothing runs before the first `define`; then one Worker does, started again with a growing pause should it die. */
export function createTelemetry(options: TelemetryOptions): OwnedTelemetry {
  const { folder, clock, log } = options;
  const mostRows = options.mostRows ?? 50_000;
  const buffers = new Map<string, Buffer>();
  const waiters = new Map<number, Waiter>();
  const counts = { taken: 0, written: 0, dropped: 0, restarts: 0 };
  let worker: TelemetryWorker | null = null;
  let state: 'open' | 'closing' | 'closed' = 'open';
  let gathered = 0;
  let underWay = 0;
  let characters = 0;
  const charactersUnderWay: number[] = [];
  let overflowing = false;
  let nextId = 1;
  let failures = 0;
  let sending: Timer | undefined;
  let restarting: Timer | undefined;

  function start(): void {
    restarting = undefined;
    const startedAt = clock.monotonic();
    const mine: TelemetryWorker = startTelemetryWorker(options.workerUrl, receive, (why) => {
      if (worker !== mine) {
        return;
      }
      worker = null;
      lost(why, clock.monotonic() - startedAt);
    });
    worker = mine;
    tell({ kind: 'open', folder });
    for (const { table } of buffers.values()) {
      tell({ kind: 'define', table });
    }
    sendAll();
  }

  /** The Worker died: what it had is gone, what was not sent yet waits for the next one. */
  function lost(why: string, livedMs: number): void {
    counts.dropped += underWay;
    const dropped = underWay;
    underWay = 0;
    for (const under of charactersUnderWay.splice(0)) {
      characters -= under;
    }
    refuseAll();
    if (state !== 'open') {
      return;
    }
    counts.restarts += 1;
    failures = livedMs >= healthyMs ? 1 : failures + 1;
    const pauseMs = Math.min(30_000, 100 * 2 ** (failures - 1));
    log.error('the telemetry worker died and is started again', { why, dropped, pauseMs });
    restarting = setTimeout(start, pauseMs);
  }

  function refuseAll(): void {
    for (const waiter of waiters.values()) {
      waiter.reject(workerDown());
    }
    waiters.clear();
  }

  function tell(request: Request): void {
    worker?.send(request);
  }

  function receive(reply: Reply): void {
    switch (reply.kind) {
      case 'stored':
        counts.written += reply.written;
        counts.dropped += reply.dropped;
        underWay -= reply.written + reply.dropped;
        characters -= charactersUnderWay.shift() ?? 0;
        overflowing = overflowing && gathered + underWay > mostRows / 2;
        return;
      case 'note':
        log[reply.level](reply.message, reply.fields);
        return;
      case 'answer':
        settle(reply.id, (waiter) => waiter.resolve(reply.rows));
        return;
      case 'synced':
        settle(reply.id, (waiter) => waiter.resolve([]));
        return;
      case 'refused': {
        const { code, message, hint } = reply;
        const error = fromPublicError({ code, message, ...(hint === undefined ? {} : { hint }) });
        settle(reply.id, (waiter) => waiter.reject(error));
        return;
      }
      case 'closed':
        return;
      default:
        unreachable(reply);
    }
  }

  function settle(id: number, how: (waiter: Waiter) => void): void {
    const waiter = waiters.get(id);
    waiters.delete(id);
    if (waiter !== undefined) {
      how(waiter);
    }
  }

  function ask(make: (id: number) => Request): Promise<unknown[]> {
    if (worker === null) {
      return Promise.reject(workerDown());
    }
    if (waiters.size >= mostQuestions) {
      return Promise.reject(
        new WindlassError('limit', `${mostQuestions} telemetry questions wait already`, {
          hint: 'Try again in a moment.',
        }),
      );
    }
    const id = nextId++;
    return new Promise<unknown[]>((resolve, reject) => {
      waiters.set(id, { resolve, reject });
      tell(make(id));
    });
  }

  function send(buffer: Buffer): void {
    const { batch, full, table } = buffer;
    if (batch.rows > 0) {
      full.push({
        rows: batch.rows,
        characters: batch.characters,
        message: batch.take(table.name, clock.now()),
      });
    }
    // More than one is only there after the Worker was away.
    while (worker !== null && full[0] !== undefined) {
      const { message, rows, characters: weight } = full[0];
      full.shift();
      charactersUnderWay.push(weight);
      gathered -= rows;
      underWay += rows;
      worker.send(message);
    }
  }

  function sendAll(): void {
    clearTimeout(sending);
    sending = undefined;
    for (const buffer of buffers.values()) {
      send(buffer);
    }
  }

  function drop(): void {
    counts.dropped += 1;
    if (!overflowing) {
      overflowing = true;
      log.warn('telemetry comes faster than it is written; rows are dropped', { backlog: mostRows });
    }
  }

  /** A slip of a feature: its row is dropped, those of others are not. */
  function blame(buffer: Buffer, cells: number): void {
    counts.dropped += 1;
    if (!buffer.blamed) {
      buffer.blamed = true;
      log.error('a telemetry row of the wrong width was dropped', {
        table: buffer.table.name,
        cells,
        columns: buffer.width,
      });
    }
  }

  async function flush(): Promise<void> {
    if (buffers.size > 0) {
      sendAll();
      await ask((id) => ({ kind: 'sync', id }));
    }
  }

  return {
    counts,
    define(table) {
      checkTable(table);
      if (buffers.has(table.name)) {
        throw new Error(`the telemetry table ${table.name} is defined twice`);
      }
      buffers.set(table.name, {
        table,
        width: Object.keys(table.columns).length,
        batch: new RowBatch(),
        full: [],
        blamed: false,
      });
      if (worker !== null) {
        tell({ kind: 'define', table });
      } else if (restarting === undefined && state === 'open') {
        start();
      }
    },
    append(name, row) {
      const buffer = buffers.get(name);
      if (buffer === undefined) {
        throw new Error(`the telemetry table ${name} is not defined`);
      }
      counts.taken += 1;
      if (gathered + underWay >= mostRows || characters >= mostCharacters || state !== 'open') {
        drop();
        return;
      }
      if (row.length !== buffer.width) {
        blame(buffer, row.length);
        return;
      }
      const { batch } = buffer;
      gathered += 1;
      characters += batch.add(row);
      if (batch.rows >= batchRows || batch.characters >= batchCharacters) {
        send(buffer);
      } else {
        sending ??= setTimeout(sendAll, batchMs);
      }
    },
    async query<T>(
      table: string,
      sql: string,
      params: readonly Cell[],
      range: { from: number; to: number },
    ): Promise<T[]> {
      const rows = await ask((id) => ({ kind: 'query', id, table, sql, params, ...range }));
      return rows as T[];
    },
    flush,
    async close() {
      if (state !== 'open') {
        return;
      }
      state = 'closing';
      clearTimeout(restarting);
      const last = worker;
      if (last !== null) {
        sendAll();
        tell({ kind: 'close' });
        await last.ended(closeMs);
      }
      state = 'closed';
      worker = null;
      clearTimeout(sending);
      counts.dropped += gathered + underWay;
      gathered = 0;
      underWay = 0;
      refuseAll();
    },
  };
}

function checkTable(table: TelemetryTable): void {
  const [first] = Object.keys(table.columns);
  if (first !== 'at' || !/^[a-z][a-z0-9_]*$/.test(table.name)) {
    throw new Error(
      `the telemetry table ${table.name} needs a name of a-z, 0-9 and _, and \`at\` as its first column`,
    );
  }
}

function workerDown(): WindlassError {
  return new WindlassError('unavailable', 'telemetry cannot be read or written now', {
    hint: 'It comes back by itself; `windlass doctor` says more.',
  });
}
