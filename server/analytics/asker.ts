/** The main side of asking: one Worker, started at the first question and ended when nobody asks. */

import { fromPublicError, WindlassError } from '../../shared/errors.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { AnyQuestion, AskReply, AskRequest } from './ask-protocol.ts';
import { workerUrl } from './worker-url.ts';

export interface AskerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Default half a minute. */
  readonly idleMs?: number;
}

interface Waiter {
  resolve(answer: unknown): void;
  reject(error: WindlassError): void;
}

const mostQuestions = 64;

export class Asker {
  readonly #options: AskerOptions;
  readonly #waiters = new Map<number, Waiter>();
  #worker: Worker | null = null;
  #next = 1;
  #idle: Timer | undefined;

  constructor(options: AskerOptions) {
    this.#options = options;
  }

  /** `T` is what that kind of question is answered with. Rejects with `WindlassError`. */
  ask<T>(folder: string, asked: AnyQuestion): Promise<T> {
    if (this.#waiters.size >= mostQuestions) {
      return Promise.reject(
        new WindlassError('limit', `${mostQuestions} questions wait already`, {
          hint: 'Try again in a moment.',
        }),
      );
    }
    clearTimeout(this.#idle);
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      this.#waiters.set(id, { resolve: (answer) => resolve(answer as T), reject });
      const request: AskRequest = { id, folder, now: this.#options.clock.now(), asked };
      this.#awake().postMessage(request);
    });
  }

  close(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    worker?.terminate();
    this.#refuseAll();
  }

  #awake(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(workerUrl('ask-worker', import.meta.url), {
      smol: true,
      name: 'analytics-ask',
    });
    worker.onmessage = (message: MessageEvent<AskReply>) => this.#receive(message.data);
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#options.log.error('the asking worker died', { why: event.message });
    });
    worker.addEventListener('close', () => {
      if (this.#worker !== worker) return;
      this.#worker = null;
      this.#refuseAll();
    });
    this.#worker = worker;
    return worker;
  }

  #receive(reply: AskReply): void {
    const waiter = this.#waiters.get(reply.id);
    this.#waiters.delete(reply.id);
    if ('error' in reply) {
      if (reply.error.code === 'internal') {
        this.#options.log.error('a question about visits failed', { error: reply.cause });
      }
      waiter?.reject(fromPublicError(reply.error));
    } else {
      waiter?.resolve(reply.answer);
    }
    if (this.#waiters.size === 0) {
      this.#idle = setTimeout(() => this.close(), this.#options.idleMs ?? 30_000);
    }
  }

  #refuseAll(): void {
    for (const { reject } of this.#waiters.values()) {
      reject(
        new WindlassError('unavailable', 'the figures cannot be read now', {
          hint: 'Try again in a moment.',
        }),
      );
    }
    this.#waiters.clear();
  }
}
