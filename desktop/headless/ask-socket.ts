/** Asks a control socket of this computer (the wire is in shared/rpc.ts). */

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCodes, fromPublicError, WindlassError } from '../../shared/errors.ts';
import { wire } from '../../shared/rpc.ts';

/** A call or a stream. Resolves with the result; `onEvent` gets a stream's events, at the reader's pace. */
export async function askSocket(
  socketPath: string,
  method: string,
  params: unknown,
  signal: AbortSignal,
  onEvent: (event: unknown) => void,
  drained: () => Promise<void> = () => Promise.resolve(),
): Promise<unknown> {
  const asking = open(socketPath, method, signal, { 'content-type': 'application/json' });
  const response = await answered(asking, () => asking.end(JSON.stringify(params ?? {})));
  if (!/ndjson/.test(response.headers['content-type'] ?? '')) return whole(response);
  let seen = 0;
  for await (const line of createInterface({ input: response, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue;
    const value = Object(JSON.parse(line)) as Record<string, unknown>;
    if ('result' in value) return value.result;
    if ('error' in value) throw asError(value.error);
    onEvent(value.event);
    if (++seen % 500 === 0) await drained();
  }
  throw signal.aborted ? new WindlassError('cancelled', 'cancelled') : cut();
}

export async function uploadToSocket(
  socketPath: string,
  method: string,
  params: unknown,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<unknown> {
  const asking = open(socketPath, method, signal, {
    [wire.paramsHeader]: encodeURIComponent(JSON.stringify(params ?? {})),
  });
  const response = await answered(asking, () => {
    pipeline(Readable.from(body), asking).catch((error: Error) => asking.destroy(error));
  });
  return whole(response);
}

function open(path: string, method: string, signal: AbortSignal, headers: Record<string, string>) {
  return request({
    socketPath: path,
    path: `${wire.prefix}${method}`,
    method: 'POST',
    headers: { host: 'windlass', ...headers },
    agent: false,
    signal,
  });
}

function answered(asking: ClientRequest, send: () => void): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asking.once('response', resolve);
    asking.once('error', (error: NodeJS.ErrnoException) => {
      if (error instanceof WindlassError) return reject(error);
      if (error.name === 'AbortError') return reject(new WindlassError('cancelled', 'cancelled'));
      const forbidden = error.code === 'EACCES' || error.code === 'EPERM';
      reject(
        new WindlassError(
          forbidden ? 'forbidden' : 'unavailable',
          forbidden ? 'this user may not use the server' : 'the server does not answer',
          { hint: 'See whether it still runs.', cause: error },
        ),
      );
    });
    send();
  });
}

async function whole(response: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  const value: unknown = text === '' ? null : JSON.parse(text);
  if (response.statusCode === 200) return value;
  throw asError(Object(value).error);
}

function asError(given: unknown): WindlassError {
  const { code, message, hint } = Object(given) as Record<string, unknown>;
  const known = errorCodes.find((each) => each === code);
  if (known === undefined) return cut();
  return fromPublicError({
    code: known,
    message: String(message),
    ...(typeof hint === 'string' ? { hint } : {}),
  });
}

function cut(): WindlassError {
  return new WindlassError('unavailable', 'the connection to the server was cut', {
    hint: 'See whether it still runs, then try again.',
  });
}
