/** What verbs need of the server: the control socket's three shapes, typed by the contract. */

import type { Call, Event, Params, Result, Stream, Upload } from '../../shared/rpc.ts';
import type { ServerContract } from '../../shared/server-contract.ts';

type Named<Shape> = {
  [K in keyof ServerContract]: ServerContract[K] extends Shape ? K : never;
}[keyof ServerContract];
export type CallName = Named<Call>;
export type StreamName = Named<Stream>;
export type UploadName = Named<Upload>;

/** Every method throws `WindlassError`: the server's own, or `unavailable` where it does not answer. */
export interface Control {
  call<K extends CallName>(method: K, params: Params<ServerContract[K]>): Promise<Result<ServerContract[K]>>;
  stream<K extends StreamName>(
    method: K,
    params: Params<ServerContract[K]>,
    onEvent: (event: Event<ServerContract[K]>) => void,
    signal: AbortSignal,
  ): Promise<Result<ServerContract[K]>>;
  upload<K extends UploadName>(
    method: K,
    params: Params<ServerContract[K]>,
    body: ReadableStream<Uint8Array>,
  ): Promise<Result<ServerContract[K]>>;
}

/** Nothing is opened until a method is called. */
export type Connect = (socketPath: string) => Control;
