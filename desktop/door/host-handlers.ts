/** What answers the host contract, with its types forgotten: the contract's parsers stand for them at the door. */

export interface HostContext {
  /** Aborted when the renderer cancels or goes away. */
  signal: AbortSignal;
  /** For streams. */
  emit(event: unknown): void;
  /** Resolves once the renderer is near. */
  drained(): Promise<void>;
  /** For uploads; nothing otherwise. */
  body: AsyncIterable<Uint8Array>;
}

/** Method of the host contract to what answers it. */
export type HostHandlers = Readonly<
  Record<string, (params: unknown, context: HostContext) => Promise<unknown>>
>;
