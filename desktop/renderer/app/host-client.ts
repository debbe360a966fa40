/** The renderer's end of the channel to the host: typed questions, events, uploads with a window. */

import type * as z from 'zod/mini';
import { fromPublicError, unreachable, WindlassError } from '../../../shared/errors.ts';
import type { HostContract } from '../../../shared/host-contract.ts';
import { type FromHost, type FromRenderer, uploadWindow } from '../../../shared/link.ts';
import type { Call, Contract, Event, Result, Stream, Upload } from '../../../shared/rpc.ts';

export type Named<C extends Contract, Shape> = {
  [K in keyof C]: C[K] extends Shape ? K : never;
}[keyof C] &
  string;
export type Input<C extends Contract, K extends keyof C> = z.input<C[K]['params']>;

/** Answers any contract; every method rejects with a `WindlassError`. */
export interface Client<C extends Contract> {
  call<K extends Named<C, Call>>(method: K, params: Input<C, K>, signal?: AbortSignal): Promise<Result<C[K]>>;
  stream<K extends Named<C, Stream>>(
    method: K,
    params: Input<C, K>,
    onEvent: (event: Event<C[K]>) => void,
    signal?: AbortSignal,
  ): Promise<Result<C[K]>>;
  /** `onSent`: bytes so far. */
  upload<K extends Named<C, Upload>>(
    method: K,
    params: Input<C, K>,
    body: Blob,
    onSent: (bytes: number) => void,
    signal?: AbortSignal,
  ): Promise<Result<C[K]>>;
}
export type HostClient = Client<HostContract>;

/** Something that carries messages both ways: a WebSocket or a MessagePort. */
export interface Channel {
  send(message: FromRenderer): void;
}
export interface HostEnd {
  client: HostClient;
  receive(message: FromHost): void;
  /** The channel is gone: everything open fails. */
  cut(): void;
}

interface Open {
  resolve(result: unknown): void;
  reject(error: WindlassError): void;
  onEvent(event: unknown): void;
  onMore(): void;
}

export function createHostEnd(channel: Channel): HostEnd {
  const open = new Map<number, Open>();
  let lastId = 0;
  const ask = (
    method: string,
    params: unknown,
    signal: AbortSignal | undefined,
    hooks: Pick<Open, 'onEvent' | 'onMore'>,
  ) => {
    const id = ++lastId;
    const answered = new Promise<unknown>((resolve, reject) => {
      open.set(id, { resolve, reject, ...hooks });
      const cancel = () => {
        if (open.delete(id)) channel.send({ kind: 'cancel', id });
        reject(new WindlassError('cancelled', 'cancelled'));
      };
      if (signal?.aborted) return cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      channel.send({ kind: 'ask', id, method, params });
    });
    return { id, answered };
  };
  const none = { onEvent: () => undefined, onMore: () => undefined };
  const client = {
    call: (method: string, params: unknown, signal?: AbortSignal) =>
      ask(method, params, signal, none).answered,
    stream: (method: string, params: unknown, onEvent: (event: unknown) => void, signal?: AbortSignal) =>
      ask(method, params, signal, { ...none, onEvent }).answered,
    async upload(
      method: string,
      params: unknown,
      body: Blob,
      onSent: (bytes: number) => void,
      signal?: AbortSignal,
    ) {
      let free: number = uploadWindow.chunks;
      let wake: () => void = () => undefined;
      const { id, answered } = ask(method, params, signal, {
        onEvent: () => undefined,
        onMore() {
          free++;
          wake();
        },
      });
      const settled = answered.then(wakeUp, wakeUp);
      function wakeUp() {
        wake();
      }
      for (let at = 0; at < body.size && open.has(id); at += uploadWindow.bytes) {
        const bytes = new Uint8Array(await body.slice(at, at + uploadWindow.bytes).arrayBuffer());
        while (free === 0 && open.has(id)) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
        if (!open.has(id)) break;
        free--;
        channel.send({ kind: 'chunk', id, bytes });
        onSent(at + bytes.length);
      }
      if (open.has(id)) channel.send({ kind: 'end', id });
      await settled;
      return answered;
    },
  };
  return {
    client: client as unknown as HostClient,
    receive(message) {
      const found = open.get(message.id);
      switch (message.kind) {
        case 'event':
          found?.onEvent(message.event);
          return;
        case 'more':
          found?.onMore();
          return;
        case 'result':
          open.delete(message.id);
          found?.resolve(message.result);
          return;
        case 'error':
          open.delete(message.id);
          found?.reject(fromPublicError(message.error));
          return;
        default:
          unreachable(message);
      }
    },
    cut() {
      const all = [...open.values()];
      open.clear();
      for (const each of all) {
        each.reject(
          new WindlassError('unavailable', 'the desktop’s host is gone', {
            hint: 'Start the desktop again.',
          }),
        );
      }
    },
  };
}
