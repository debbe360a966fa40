/** All that a verb may touch of the process it runs in, as an argument, so that tests can be the terminal. */

export interface Output {
  readonly isTTY: boolean;
  /** Never throws; text after the reader went away is dropped. */
  write(text: string): void;
}

export interface Input {
  readonly isTTY: boolean;
  /** Everything up to its end, as UTF-8. */
  text(): Promise<string>;
  /** One line without its end, or null at the end of the input. */
  line(): Promise<string | null>;
  stream(): ReadableStream<Uint8Array>;
  /** Every key as it is typed, unseen, until the returned function is called. */
  raw(onBytes: (bytes: Uint8Array) => void): () => void;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
  /** Width of the terminal now, in cells. */
  columns(): number;
  rows(): number;
  /** Calls back when the terminal has another size, until the returned function is called. */
  onResize(callback: () => void): () => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Of the user; 0 is root. Decides where a server's socket is looked for. */
  readonly uid: number;
  readonly version: string;
  /** Aborted when whatever reads stdout went away (`windlass logs app | head`). */
  readonly closed: AbortSignal;
  /** Calls back on Ctrl-C in place of ending the process, until the returned function is called. */
  onInterrupt(callback: () => void): () => void;
}
