/** The client of the control socket, for the command line and tests: typed by the contract, failing as `WindlassError`. */

import type * as z from 'zod/mini';
import { errorCodes, fromPublicError, type PublicError, WindlassError } from '../../shared/errors.ts';
import {
  type Call,
  type Contract,
  type Event,
  type Result,
  type Stream,
  type Upload,
  wire,
} from '../../shared/rpc.ts';
import { type ServerContract, serverContract } from '../../shared/server-contract.ts';
import { splitLines } from './control-lines.ts';
import { codeOf } from './disk-error.ts';

type Named<C extends Contract, Shape> = { [K in keyof C]: C[K] extends Shape ? K : never }[keyof C] & string;
type Input<C extends Contract, K extends keyof C> = z.input<C[K]['params']>;

/** Every method rejects with the server's own `WindlassError`, or `unavailable` where none answers or the line was cut. */
export interface ControlClient<C extends Contract = ServerContract> {
  call<K extends Named<C, Call>>(method: K, params: Input<C, K>, signal?: AbortSignal): Promise<Result<C[K]>>;
  /** Resolves with the result once the stream ends. An `onEvent` that throws ends it. */
  stream<K extends Named<C, Stream>>(
    method: K,
    params: Input<C, K>,
    onEvent: (event: Event<C[K]>) => void,
    signal?: AbortSignal,
  ): Promise<Result<C[K]>>;
  upload<K extends Named<C, Upload>>(
    method: K,
    params: Input<C, K>,
    body: ReadableStream<Uint8Array> | Blob | Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<Result<C[K]>>;
}

/** Nothing is opened until a method is called. */
export function connectControl(socketPath: string): ControlClient {
  return connectContract(socketPath, serverContract);
}

/** The same for any contract. */
export function connectContract<C extends Contract>(socketPath: string, contract: C): ControlClient<C> {
  const send = async (method: string, init: BunFetchRequestInit): Promise<Response> => {
    try {
      return await fetch(`http://windlass${wire.prefix}${method}`, {
        ...init,
        method: 'POST',
        unix: socketPath,
        keepalive: false,
        timeout: false,
      });
    } catch (error) {
      throw explainConnection(error, socketPath, init.signal);
    }
  };
  const parse = (method: keyof C & string, part: unknown, what: 'result' | 'event') => {
    const declared = contract[method];
    const schema = what === 'event' && declared?.kind === 'stream' ? declared.event : declared?.result;
    const parsed = schema?.safeParse(part);
    if (parsed?.success !== true) {
      throw new WindlassError('failed', `the server's answer to ${method} is not what this version expects`, {
        hint: 'Client and server differ in version: upgrade the older one.',
        cause: parsed?.error,
      });
    }
    return parsed.data;
  };
  const single = async (method: keyof C & string, init: BunFetchRequestInit) => {
    const response = await send(method, init);
    return parse(method, await bodyOf(response, socketPath, init.signal), 'result');
  };
  return {
    call: (method, params, signal) =>
      single(method, { body: JSON.stringify(params), ...(signal && { signal }) }) as Promise<
        Result<C[typeof method]>
      >,
    upload: (method, params, body, signal) =>
      single(method, {
        body,
        headers: { [wire.paramsHeader]: encodeURIComponent(JSON.stringify(params)) },
        ...(signal && { signal }),
      }) as Promise<Result<C[typeof method]>>,
    async stream(method, params, onEvent, signal) {
      const silent = new AbortController();
      const either = signal === undefined ? silent.signal : AbortSignal.any([signal, silent.signal]);
      // A server sends at least an empty line every heartbeat; one that misses three is gone or hangs.
      const pulse = setTimeout(() => silent.abort(), wire.heartbeatMs * 3);
      try {
        const response = await send(method, { body: JSON.stringify(params), signal: either });
        if (!response.ok || response.body === null) {
          await bodyOf(response, socketPath, signal);
          throw cut(socketPath);
        }
        for await (const line of splitLines(response.body, () => pulse.refresh())) {
          const value: unknown = JSON.parse(line);
          if (isRecord(value) && 'event' in value) {
            onEvent(parse(method, value.event, 'event') as Event<C[typeof method]>);
          } else if (isRecord(value) && 'result' in value) {
            return parse(method, value.result, 'result') as Result<C[typeof method]>;
          } else {
            throw errorOf(value) ?? cut(socketPath);
          }
        }
        throw cut(socketPath);
      } catch (error) {
        throw explainCut(error, socketPath, signal);
      } finally {
        clearTimeout(pulse);
        silent.abort();
      }
    },
  };
}

/** What a failed connection means, for people. `code` is the errno or Bun's own name of it. */
export function explainConnection(error: unknown, path: string, signal?: AbortSignal | null): WindlassError {
  if (signal?.aborted === true) {
    return new WindlassError('cancelled', 'cancelled');
  }
  switch (codeOf(error)) {
    case 'EACCES':
    case 'EPERM':
      return new WindlassError('forbidden', `the windlass server at ${path} may not be used by this user`, {
        hint: 'Run the command as the user the server runs as, e.g. with sudo.',
        cause: error,
      });
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ConnectionClosed':
      return cut(path, error);
    default:
      return new WindlassError('unavailable', `no windlass server answers at ${path}`, {
        hint: 'Start one with `windlass serve`, or name its socket with --socket.',
        cause: error,
      });
  }
}

async function bodyOf(response: Response, path: string, signal?: AbortSignal | null): Promise<unknown> {
  let value: unknown;
  try {
    value = await response.json();
  } catch (error) {
    throw signal?.aborted === true ? new WindlassError('cancelled', 'cancelled') : cut(path, error);
  }
  if (response.ok) {
    return value;
  }
  throw errorOf(value) ?? cut(path);
}

function errorOf(value: unknown): WindlassError | null {
  if (!isRecord(value) || !isRecord(value.error)) {
    return null;
  }
  const { code, message, hint } = value.error;
  const known = errorCodes.find((each) => each === code);
  const face: PublicError = { code: known ?? 'failed', message: String(message) };
  return fromPublicError(typeof hint === 'string' ? { ...face, hint } : face);
}

function explainCut(error: unknown, path: string, signal: AbortSignal | undefined): unknown {
  if (error instanceof WindlassError) {
    return error;
  }
  if (signal?.aborted === true) {
    return new WindlassError('cancelled', 'cancelled');
  }
  return error instanceof SyntaxError || codeOf(error) !== undefined || isAbort(error)
    ? cut(path, error)
    : error;
}

function cut(path: string, cause?: unknown): WindlassError {
  return new WindlassError('unavailable', `the connection to the windlass server at ${path} was cut`, {
    hint: 'See whether it still runs (`windlass status`), then try again.',
    cause,
  });
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
