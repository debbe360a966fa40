/** The main side of the gateway's Worker: runs while there are keys, is started again should it die. */

import { fromPublicError, WindlassError } from '../../../shared/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Snapshot } from '../config/snapshot.ts';
import type { FromWorker, QuestionName, Questions, ToWorker } from './protocol.ts';

export interface WorkerLine {
  /** Where it listens; null while it does not. */
  readonly port: number | null;
  /** Starts the Worker, or tells it what is set now. Resolves once it listens. */
  set(snapshot: Snapshot): Promise<number>;
  /** Rejects with `unavailable` while there is no Worker. */
  ask<K extends QuestionName>(name: K, question: Questions[K]['ask']): Promise<Questions[K]['answer']>;
  /** Ends the Worker; `set` starts another. */
  stop(): Promise<void>;
}

/** What the Worker says unasked that people may want to hear of. */
export type Heard = Extract<FromWorker, { kind: 'spent' | 'spike' | 'word' }>;

export interface WorkerLineOptions {
  file: string;
  log: Log;
  /** The port to take where it is free; 0 any. */
  wantedPort(): number;
  onPort(port: number): void;
  heard(message: Heard): void;
}

interface Waiter {
  resolve(answer: unknown): void;
  reject(error: WindlassError): void;
}

const closeMs = 8000;
const mostQuestions = 100;

export function createWorkerLine(options: WorkerLineOptions): WorkerLine {
  const { log } = options;
  let worker: Worker | null = null;
  let snapshot: Snapshot | null = null;
  let port: number | null = null;
  let listening = Promise.withResolvers<number>();
  let gone = Promise.resolve();
  let failures = 0;
  let restarting: Timer | undefined;
  let nextId = 1;
  const waiters = new Map<number, Waiter>();

  const tell = (message: ToWorker) => worker?.postMessage(message);

  function start(first: Snapshot): void {
    const mine = new Worker(entryUrl(import.meta.url), { smol: true, name: 'gateway' });
    const end = Promise.withResolvers<void>();
    gone = end.promise;
    worker = mine;
    let why = 'it ended';
    mine.addEventListener('message', (event: MessageEvent<FromWorker>) => {
      if (event.data.kind === 'closed') mine.terminate();
      else receive(event.data);
    });
    mine.addEventListener('error', (event) => {
      event.preventDefault();
      why = event.message;
    });
    mine.addEventListener('close', () => {
      end.resolve();
      if (worker === mine) lost(why);
    });
    tell({ kind: 'open', file: options.file, port: options.wantedPort(), snapshot: first });
  }

  /** There is no Worker now; who waits for one hears it. */
  function forget(): void {
    worker = null;
    port = null;
    const error = new WindlassError('unavailable', 'the AI gateway is away for a moment', {
      hint: 'It comes back by itself; `windlass doctor` says more.',
    });
    for (const waiter of waiters.values()) waiter.reject(error);
    waiters.clear();
    listening.promise.catch(() => undefined);
    listening.reject(error);
    listening = Promise.withResolvers<number>();
  }

  function lost(why: string): void {
    forget();
    failures++;
    const pauseMs = Math.min(30_000, 100 * 2 ** (failures - 1));
    log.error('the AI gateway died and is started again', { why, pauseMs });
    restarting = setTimeout(() => {
      restarting = undefined;
      if (snapshot !== null) start(snapshot);
    }, pauseMs);
  }

  function receive(message: FromWorker): void {
    switch (message.kind) {
      case 'listening':
        port = message.port;
        failures = 0;
        options.onPort(message.port);
        listening.resolve(message.port);
        return;
      case 'answer':
        waiters.get(message.id)?.resolve(message.answer);
        waiters.delete(message.id);
        return;
      case 'refused':
        waiters.get(message.id)?.reject(fromPublicError(message.error));
        waiters.delete(message.id);
        return;
      case 'log':
        log[message.level](message.message, { error: message.error });
        return;
      case 'spent':
      case 'spike':
      case 'word':
        options.heard(message);
        return;
      case 'closed':
        return;
    }
  }

  return {
    get port() {
      return port;
    },
    set(next) {
      snapshot = next;
      if (worker !== null) tell({ kind: 'set', snapshot: next });
      else if (restarting === undefined) start(next);
      return listening.promise;
    },
    ask<K extends QuestionName>(name: K, question: Questions[K]['ask']) {
      if (worker === null)
        return Promise.reject(new WindlassError('unavailable', 'the AI gateway does not run'));
      if (waiters.size >= mostQuestions)
        return Promise.reject(new WindlassError('limit', 'too many questions at once'));
      const id = nextId++;
      return new Promise<Questions[K]['answer']>((resolve, reject) => {
        waiters.set(id, { resolve: resolve as (answer: unknown) => void, reject });
        tell({ kind: 'ask', id, name, question });
      });
    },
    async stop() {
      clearTimeout(restarting);
      restarting = undefined;
      snapshot = null;
      const last = worker;
      if (last === null) return;
      tell({ kind: 'close' });
      forget();
      const timer = setTimeout(() => last.terminate(), closeMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** In the compiled file every module has the URL of the main entry, and the Worker's entry its place beside it. */
function entryUrl(from: string): string {
  const compiled = from.includes('/$bunfs/') || from.includes('/~BUN/');
  return new URL(compiled ? './gateway/worker/entry.ts' : './entry.ts', from).href;
}
