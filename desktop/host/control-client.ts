/** Asks a server's control socket over any byte stream: the wire of `shared/rpc.ts`, parsed by the server contract. */

import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCodes, fromPublicError, WindlassError } from '../../shared/errors.ts';
import { type Method, wire } from '../../shared/rpc.ts';
import { serverContract } from '../../shared/server-contract.ts';

export interface ControlClient {
  call(method: string, params: unknown, signal: AbortSignal): Promise<unknown>;
  /** `drained` is awaited now and then, so that a slow reader slows the server. */
  stream(
    method: string,
    params: unknown,
    onEvent: (event: unknown) => void,
    signal: AbortSignal,
    drained?: () => Promise<void>,
  ): Promise<unknown>;
  upload(
    method: string,
    params: unknown,
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<unknown>;
  close(): void;
}

const longestLine = 16_000_000;

/** `open` makes a stream to the socket; streams are kept and used again, at most six at once. */
export function createControlClient(open: () => Promise<Duplex>): ControlClient {
  const agent = new StreamAgent(open);
  const ask = async (
    kind: Method['kind'],
    name: string,
    params: unknown,
    signal: AbortSignal,
    body: AsyncIterable<Uint8Array> | null,
  ): Promise<{ method: Method; response: IncomingMessage }> => {
    const method = Object.hasOwn(serverContract, name)
      ? (serverContract as Record<string, Method>)[name]
      : undefined;
    if (method === undefined || method.kind !== kind) {
      throw new WindlassError('not-found', `there is no ${kind} ${JSON.stringify(name)} on a server`);
    }
    const parsed = method.params.safeParse(params ?? {});
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new WindlassError('invalid', `${name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    const response = await send(agent, name, parsed.data, body, signal);
    return { method, response };
  };
  const single = async (
    kind: 'call' | 'upload',
    name: string,
    params: unknown,
    signal: AbortSignal,
    body: AsyncIterable<Uint8Array> | null,
  ) => {
    const { method, response } = await ask(kind, name, params, signal, body);
    return checked(name, method.result, await whole(response, signal));
  };
  return {
    call: (name, params, signal) => single('call', name, params, signal, null),
    upload: (name, params, body, signal) => single('upload', name, params, signal, body),
    async stream(name, params, onEvent, signal, drained) {
      const { method, response } = await ask('stream', name, params, signal, null);
      if (method.kind !== 'stream') throw cut();
      if ((response.statusCode ?? 0) >= 300) await whole(response, signal);
      let seen = 0;
      try {
        for await (const line of linesOf(response)) {
          const value = Object(JSON.parse(line)) as Record<string, unknown>;
          if ('event' in value) onEvent(checked(name, method.event, value.event));
          else if ('result' in value) return checked(name, method.result, value.result);
          else throw errorOf(value) ?? cut();
          seen += 1;
          if (seen % 500 === 0) await drained?.();
        }
      } catch (error) {
        throw explained(error, signal);
      } finally {
        response.destroy();
      }
      throw explained(cut(), signal);
    },
    close: () => agent.destroy(),
  };
}

/** A stream to a unix socket of this computer. */
export function connectUnix(path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once('connect', () => resolve(socket));
    socket.once('error', (cause) =>
      reject(new WindlassError('unavailable', `no windlass server answers at ${path}`, { cause })),
    );
  });
}

/** Node asks its sockets for more than a stream has; none of it means anything here. */
class StreamAgent extends Agent {
  readonly #open: () => Promise<Duplex>;

  constructor(open: () => Promise<Duplex>) {
    super({ keepAlive: true, maxSockets: 32, maxFreeSockets: 2 });
    this.#open = open;
  }

  override createConnection(
    _options: unknown,
    done?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | undefined {
    this.#open().then(
      (stream) => {
        for (const name of ['setKeepAlive', 'setNoDelay', 'setTimeout', 'ref', 'unref']) {
          if (!(name in stream)) Object.defineProperty(stream, name, { value: () => stream });
        }
        done?.(null, stream);
      },
      (error: Error) => (done as ((error: Error) => void) | undefined)?.(error),
    );
    return undefined;
  }
}

function send(
  agent: Agent,
  name: string,
  params: unknown,
  body: AsyncIterable<Uint8Array> | null,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(params);
    const asking = request({
      agent,
      host: 'windlass',
      path: `${wire.prefix}${name}`,
      method: 'POST',
      signal,
      headers:
        body === null
          ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
          : { [wire.paramsHeader]: encodeURIComponent(text) },
    });
    let failedBody: unknown = null;
    asking.once('response', resolve);
    asking.once('error', (error) => reject(explained(failedBody ?? error, signal)));
    if (body === null) asking.end(text);
    else {
      pipeline(Readable.from(body), asking).catch((error: unknown) => {
        failedBody = error;
        asking.destroy(error instanceof Error ? error : undefined);
        reject(explained(error, signal));
      });
    }
  });
}

async function whole(response: IncomingMessage, signal: AbortSignal): Promise<unknown> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (response.statusCode === 200) return value;
    throw errorOf(Object(value)) ?? cut();
  } catch (error) {
    throw explained(error, signal);
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) throw new SyntaxError('a line is too long');
    for (const line of lines) if (line !== '') yield line;
  }
}

function checked(name: string, schema: Method['result'], value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new WindlassError('failed', `the server's answer to ${name} is not what this version expects`, {
    hint: 'Desktop and server differ in version: upgrade the older one.',
    cause: parsed.error,
  });
}

function errorOf(value: Record<string, unknown>): WindlassError | null {
  const { code, message, hint } = Object(value.error) as Record<string, unknown>;
  if (typeof message !== 'string') return null;
  const known = errorCodes.find((each) => each === code) ?? 'failed';
  return fromPublicError({ code: known, message, ...(typeof hint === 'string' ? { hint } : {}) });
}

function explained(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new WindlassError('cancelled', 'cancelled');
  return error instanceof WindlassError ? error : cut(error);
}

function cut(cause?: unknown): WindlassError {
  return new WindlassError('unavailable', 'the connection to the server was cut', {
    hint: 'It is made again by itself; then try once more.',
    cause,
  });
}
