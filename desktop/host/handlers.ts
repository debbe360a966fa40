/** What answers the host contract: its shape, typed method by method. */

import type { HostContract } from '../../shared/host-contract.ts';
import type { Event, Method, Params, Result } from '../../shared/rpc.ts';

export interface HostContext<E = unknown> {
  /** Aborted when the renderer cancels or goes away. */
  signal: AbortSignal;
  /** For streams. */
  emit(event: E): void;
  /** Resolves once the renderer is near. */
  drained(): Promise<void>;
  /** For uploads; nothing otherwise. */
  body: AsyncIterable<Uint8Array>;
}

export type HostHandler<M extends Method> = (
  params: Params<M>,
  context: HostContext<Event<M>>,
) => Promise<Result<M>>;

export type HostHandlers = { readonly [K in keyof HostContract]: HostHandler<HostContract[K]> };
