/** What a client is answered: in one piece, or as it comes. */

export type Answer = WholeAnswer | StreamAnswer;

export interface WholeAnswer {
  readonly kind: 'whole';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

export interface StreamAnswer {
  readonly kind: 'stream';
  readonly headers: Readonly<Record<string, string>>;
  readonly source: Source;
}

/** Where a stream comes from. */
export interface Source {
  /** Called once; from then on it gives what it has. */
  start(sink: Sink): void;
  /** The client took what waited. */
  resume(): void;
  /** The client went away. */
  cancel(): void;
}

export interface Sink {
  /** False where no more should be given until `resume`. The bytes must not change any more. */
  give(bytes: Uint8Array): boolean;
  end(): void;
}

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): WholeAnswer {
  headers['content-type'] = 'application/json';
  return { kind: 'whole', status, headers, body: JSON.stringify(body) };
}
