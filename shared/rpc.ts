/** How methods of a contract are declared: what goes in, what comes out, and in which of three shapes. */

import * as z from 'zod/mini';

/** One question, one answer. */
export interface Call<P extends z.ZodMiniType = z.ZodMiniType, R extends z.ZodMiniType = z.ZodMiniType> {
  readonly kind: 'call';
  readonly params: P;
  readonly result: R;
}

/** One question, any number of events, then one answer. */
export interface Stream<
  P extends z.ZodMiniType = z.ZodMiniType,
  E extends z.ZodMiniType = z.ZodMiniType,
  R extends z.ZodMiniType = z.ZodMiniType,
> {
  readonly kind: 'stream';
  readonly params: P;
  readonly event: E;
  readonly result: R;
}

/** A question with a body of raw bytes, then one answer. */
export interface Upload<P extends z.ZodMiniType = z.ZodMiniType, R extends z.ZodMiniType = z.ZodMiniType> {
  readonly kind: 'upload';
  readonly params: P;
  readonly result: R;
}

export type Method = Call | Stream | Upload;
/** Method name (`noun.verb`) to its shape. The names are also the allow-list: what is not here is refused. */
export type Contract = Readonly<Record<string, Method>>;

export type Params<M extends Method> = z.infer<M['params']>;
export type Result<M extends Method> = z.infer<M['result']>;
export type Event<M extends Method> = M extends Stream<z.ZodMiniType, infer E> ? z.infer<E> : never;

export const call = <P extends z.ZodMiniType, R extends z.ZodMiniType>(params: P, result: R): Call<P, R> => ({
  kind: 'call',
  params,
  result,
});
export const stream = <P extends z.ZodMiniType, E extends z.ZodMiniType, R extends z.ZodMiniType>(
  params: P,
  event: E,
  result: R,
): Stream<P, E, R> => ({ kind: 'stream', params, event, result });
export const upload = <P extends z.ZodMiniType, R extends z.ZodMiniType>(
  params: P,
  result: R,
): Upload<P, R> => ({ kind: 'upload', params, result });

/** A method that takes or answers nothing. */
export const nothing = z.object({});

/**
 * The wire, HTTP/1.1 over a unix socket:
 * - `POST /v1/<method>`, params as JSON in the body (call, stream) or, percent-encoded, in the header below (upload);
 * - call and upload answer `200` with the result, or another status with `{"error": PublicError}`;
 * - stream answers `200` with one JSON value a line: `{"event": E}` any number of times, then `{"result": R}` or
 *   `{"error": PublicError}` exactly once. An empty line is a heartbeat. A stream without its last line was cut off.
 */
export const wire = {
  prefix: '/v1/',
  paramsHeader: 'windlass-params',
  heartbeatMs: 10_000,
} as const;
