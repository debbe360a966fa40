/** A client's connection as the listener sees it, whatever it speaks. */

export interface Connection {
  received(chunk: Buffer): void;
  socketDrained(): void;
  /** The client sent its FIN. */
  ended(): void;
  socketClosed(): void;
  /** Called on each tick with monotonic ms. */
  sweep(now: number): void;
  /** Whether it waits for a request. */
  readonly idle: boolean;
  /** Ends it where it waits for a request. */
  closeIdle(): void;
  /** Cuts it. */
  abort(): void;
}
