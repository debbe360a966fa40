/** Where client connections come from, as the data path starts, sweeps and stops it. */
export interface Door {
  readonly connections: number;
  /** Called on each tick with monotonic ms. */
  sweep(now: number): void;
  /** Accepts no more. Connections stay. */
  stopAccepting(): void;
  /** Ends connections that wait for a request. */
  closeIdle(): void;
  /** Cuts what is left. */
  abort(): void;
}
