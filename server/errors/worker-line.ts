/** The main side of the errors Worker: started at the first use, ended when it was idle, started again should it die. */

import { fromPublicError, unreachable, WindlassError } from '../../shared/errors.ts';
import type { Log } from '../kernel/log.ts';
import { createCollecting } from './collecting.ts';
import { createGathering } from './gathering.ts';
import type { Expected, Happening } from './intake/context.ts';
import type { DeskOptions, Numbered, Outcome, Reply, Request, Submission } from './intake/protocol.ts';
import type { Question } from './questions.ts';
import { createWaitingList } from './waiting-list.ts';

export interface WorkerLine {
  /** Resolves when it is on disk, or refused. At once with 503 while too much waits. */
  take(submission: Submission): Promise<Outcome>;
  /** Rejects with `WindlassError`. `T` is what the question is answered with. */
  ask<T>(question: Question): Promise<T>;
  /** With the next thing to do it works by what `desk` answers then. Resolves when what was given to it is done. */
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkerLineOptions {
  /** Asked each time the Worker starts. */
  desk(): DeskOptions;
  log: Log;
  happened(what: Happening | Expected): void;
  /** Without work for so long the Worker ends. Default a minute. */
  idleMs?: number;
  /** Its entry, where it is not the usual one. */
  workerUrl?: string;
}

interface Waiter {
  took?(outcome: Outcome): void;
  answered?(value: unknown): void;
  failed(error: WindlassError): void;
  bytes: number;
}

/** Of bodies that wait: some seconds of work. */
const mostBytes = 16 * 1024 ** 2;
const mostWaiting = 2000;
/** Each message wakes a thread, and each commit writes the same pages again: a moment's submissions share both. */
const gatherMs = 10;
const mostGathered = 16;
const closeMs = 10_000;

export function createWorkerLine(options: WorkerLineOptions): WorkerLine {
  const { log } = options;
  const waiters = createWaitingList<Waiter>();
  const collect = createCollecting();
  let worker: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  let bytes = 0;
  let idle: Timer | undefined;
  let stopped = false;

  const settle = (id: number, how: (waiter: Waiter) => void) => {
    const waiter = waiters.take(id);
    if (waiter !== undefined) settleOne(waiter, how);
  };
  const settleOne = (waiter: Waiter, how: (waiter: Waiter) => void) => {
    bytes -= waiter.bytes;
    collect();
    how(waiter);
    if (waiters.size === 0) rest();
  };

  const receive = (reply: Reply): void => {
    switch (reply.kind) {
      case 'took':
        for (const { id, outcome } of reply.outcomes) settle(id, (waiter) => waiter.took?.(outcome));
        return;
      case 'answer':
        settle(reply.id, (waiter) => waiter.answered?.(reply.value));
        return;
      case 'refused':
        settle(reply.id, (waiter) => waiter.failed(fromPublicError(reply.error)));
        return;
      case 'happened':
        options.happened(reply.what);
        return;
      case 'note':
        log[reply.level](reply.message, { error: reply.error });
        return;
      case 'closed':
        return;
      default:
        unreachable(reply);
    }
  };

  /** Without a Worker its memory is the platform's again. */
  const rest = () => {
    clearTimeout(idle);
    if (worker === null || stopped) return;
    idle = setTimeout(() => void close(), options.idleMs ?? 60_000);
    idle.unref();
  };

  const close = async () => {
    const mine = worker;
    worker = null;
    if (mine === null) return;
    mine.postMessage({ kind: 'close' } satisfies Request);
    const late = setTimeout(() => mine.terminate(), closeMs);
    await ended;
    clearTimeout(late);
  };

  const start = (): Worker => {
    const fresh = new Worker(options.workerUrl ?? workerUrl(import.meta.url), { smol: true, name: 'errors' });
    const { promise, resolve } = Promise.withResolvers<void>();
    // One after the other: two would want to write the same files.
    const before = ended;
    ended = promise;
    let why = 'it ended';
    fresh.addEventListener('message', (message: MessageEvent<Reply>) => {
      receive(message.data);
      if (message.data.kind === 'closed') fresh.terminate();
    });
    fresh.addEventListener('error', (event) => {
      event.preventDefault();
      why = event.message;
    });
    fresh.addEventListener('close', () => {
      resolve();
      if (worker !== fresh) return;
      worker = null;
      log.error('the errors worker died; it starts again with the next event', { why });
      gathering.drop();
      for (const waiter of waiters.takeAll()) settleOne(waiter, (each) => each.failed(down()));
    });
    void before.then(() => fresh.postMessage({ kind: 'open', options: options.desk() } satisfies Request));
    return fresh;
  };

  const send = (request: Request, passed: ArrayBuffer[] = []) => {
    const before = ended;
    const restarted = worker === null;
    worker ??= start();
    const mine = worker;
    if (restarted) void before.then(() => mine.postMessage(request, passed));
    else mine.postMessage(request, passed);
  };

  /** Answers its number. */
  const wait = (waiter: Waiter) => {
    clearTimeout(idle);
    bytes += waiter.bytes;
    return waiters.add(waiter);
  };

  const gathering = createGathering<Numbered>({
    most: mostGathered,
    withinMs: gatherMs,
    pass: (submissions) => send({ kind: 'take', submissions }, submissions.flatMap(ownMemory)),
  });

  return {
    take(submission) {
      if (stopped || waiters.size >= mostWaiting || bytes + submission.body.length > mostBytes) {
        return Promise.resolve({ kind: 'refused', status: 503, why: 'too much waits to be stored' });
      }
      return new Promise((resolve) => {
        const id = wait({
          bytes: submission.body.length,
          took: resolve,
          failed: () => resolve({ kind: 'refused', status: 503, why: 'it cannot be stored now' }),
        });
        gathering.add({ id, submission });
      });
    },
    ask<T>(question: Question) {
      if (stopped || waiters.size >= mostWaiting) return Promise.reject(down());
      // What was taken in before is to be seen.
      gathering.flush();
      return new Promise<T>((resolve, reject) => {
        const id = wait({ bytes: 0, answered: (value) => resolve(value as T), failed: reject });
        send({ kind: 'ask', id, question });
      });
    },
    async reopen() {
      gathering.flush();
      await close();
    },
    async stop() {
      stopped = true;
      clearTimeout(idle);
      gathering.flush();
      await close();
      await ended;
      for (const waiter of waiters.takeAll()) settleOne(waiter, (each) => each.failed(down()));
    },
  };
}

/** A body that has its memory for itself changes hands; copies are what makes the main side grow. */
function ownMemory({ submission: { body } }: Numbered): ArrayBuffer[] {
  const { buffer } = body;
  return buffer instanceof ArrayBuffer && body.length === buffer.byteLength ? [buffer] : [];
}

function down(): WindlassError {
  return new WindlassError('unavailable', 'errors cannot be read or written now', {
    hint: 'It comes back by itself; `windlass doctor` says more.',
  });
}

/** As `telemetry-start.ts` in the kernel says: within the compiled file every module has the URL of the main entry. */
function workerUrl(from: string): string {
  const compiled = from.includes('/$bunfs/') || from.includes('/~BUN/');
  return new URL(compiled ? './errors/errors-worker.ts' : './errors-worker.ts', from).href;
}
