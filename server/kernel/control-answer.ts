/** Answers one request of the control socket: finds the method, parses its params, runs its handler, tells how it went. */

import { type ErrorCode, toPublicError, unreachable, WindlassError } from '../../shared/errors.ts';
import { type Contract, type Method, wire } from '../../shared/rpc.ts';
import { parseParams } from './control-params.ts';
import { createLineStream } from './control-stream.ts';
import type { CallContext, StreamContext } from './feature.ts';
import type { Log } from './log.ts';

/** A handler with its types forgotten: the contract's parsers stand for them here. */
export type LooseHandler = (
  params: unknown,
  context: CallContext & Partial<StreamContext<unknown>> & { body?: ReadableStream<Uint8Array> },
) => unknown;

export interface AnswerParts {
  blockOf(method: string): Promise<Contract> | undefined;
  readonly handlers: ReadonlyMap<string, LooseHandler>;
  readonly log: Log;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  readonly heartbeatMs: number;
  readonly mostUnread: number;
  /** Told of everything still under way, so that a stop can wait for it. */
  track(work: Promise<unknown>): void;
}

/** Bytes of a JSON body: variables are up to 64 kB each, so this is several dozen of the largest. */
const mostBody = 8 * 1024 * 1024;

/** Never rejects: every failure becomes `{"error": PublicError}`, and what people may not see goes to the log. */
export async function answer(request: Request, parts: AnswerParts): Promise<Response> {
  const name = decodeURIComponentSafely(new URL(request.url).pathname);
  try {
    if (request.method !== 'POST' || !name.startsWith(wire.prefix)) {
      throw new WindlassError('not-found', `there is no ${request.method} ${name}`, {
        hint: `Methods are called with POST ${wire.prefix}<method>.`,
      });
    }
    return await dispatch(request, name.slice(wire.prefix.length), parts);
  } catch (error) {
    note(parts, name, error, request.signal);
    return refusal(error);
  }
}

async function dispatch(request: Request, name: string, parts: AnswerParts): Promise<Response> {
  const block = (await parts.blockOf(name)) ?? {};
  const method = Object.hasOwn(block, name) ? block[name] : undefined;
  if (method === undefined) {
    throw new WindlassError('not-found', `this windlass has no method ${JSON.stringify(name.slice(0, 80))}`, {
      hint: 'The client may be newer than the server: upgrade the server.',
    });
  }
  const params = parseParams(name, method.params, await inputOf(request, method));
  const handler = parts.handlers.get(name);
  if (handler === undefined) {
    throw new Error(`the method ${name} has no handler`);
  }
  const signal = AbortSignal.any([request.signal, parts.stopping]);
  switch (method.kind) {
    case 'call':
      return Response.json((await handler(params, { signal })) ?? {});
    case 'upload': {
      const body: ReadableStream<Uint8Array> =
        request.body ?? new ReadableStream({ start: (empty) => empty.close() });
      return Response.json((await handler(params, { signal, body })) ?? {});
    }
    case 'stream':
      return streamed(name, params, handler, request, parts);
    default:
      return unreachable(method);
  }
}

function streamed(
  name: string,
  params: unknown,
  handler: LooseHandler,
  request: Request,
  parts: AnswerParts,
): Response {
  const gone = new AbortController();
  const lines = createLineStream({
    heartbeatMs: parts.heartbeatMs,
    mostUnread: parts.mostUnread,
    onGone: () => gone.abort(),
  });
  const signal = AbortSignal.any([request.signal, parts.stopping, gone.signal]);
  const run = async () => {
    try {
      const result = await handler(params, {
        signal,
        emit: (event) => lines.push({ event }),
        drained: lines.drained,
      });
      lines.end({ result: result ?? {} });
    } catch (error) {
      note(parts, name, error, signal);
      lines.end({ error: toPublicError(asSeen(error, parts.stopping)) });
    }
  };
  parts.track(run());
  return new Response(lines.body, { headers: { 'content-type': 'application/x-ndjson' } });
}

/** An abort caused by the stop is no bug of the handler's, whatever it throws. */
function asSeen(error: unknown, stopping: AbortSignal): unknown {
  if (!stopping.aborted || error instanceof WindlassError) {
    return error;
  }
  return new WindlassError('unavailable', 'the server stops', { hint: 'Try again once it runs again.' });
}

async function inputOf(request: Request, method: Method): Promise<unknown> {
  if (method.kind === 'upload') {
    const header = request.headers.get(wire.paramsHeader);
    return header === null
      ? {}
      : parseJson(decodeURIComponentSafely(header), `the header ${wire.paramsHeader}`);
  }
  const text = await readText(request);
  return text === '' ? {} : parseJson(text, 'the body');
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > mostBody) {
      throw new WindlassError('limit', `the body has more than ${mostBody / 1024 / 1024} MB`, {
        hint: 'Send it in parts.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's words, in the log too: they may quote a secret from the text.
    throw new WindlassError('invalid', `${what} is not JSON`, {
      hint: 'Send the params as one JSON object.',
    });
  }
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refusal(error: unknown): Response {
  const face = toPublicError(error);
  return Response.json({ error: face }, { status: statusOf(face.code) });
}

function note(parts: AnswerParts, method: string, error: unknown, signal: AbortSignal): void {
  if (!(error instanceof WindlassError)) {
    if (!signal.aborted) {
      parts.log.error('a control method hit a bug', { method, error });
    }
  } else if (error.cause !== undefined || error.code === 'internal') {
    parts.log.warn('a control method failed', { method, error });
  } else {
    parts.log.debug('a control method refused', { method, code: error.code, why: error.message });
  }
}

function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'invalid':
      return 400;
    case 'forbidden':
      return 403;
    case 'not-found':
      return 404;
    case 'conflict':
      return 409;
    case 'limit':
      return 413;
    case 'failed':
      return 422;
    case 'cancelled':
      return 499;
    case 'internal':
      return 500;
    case 'unavailable':
      return 503;
    case 'timeout':
      return 504;
    default:
      return unreachable(code);
  }
}
