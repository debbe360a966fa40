/** Where a minified place comes from, as source maps say. */

export interface Place {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** The name at that place, where the map has one. */
  readonly name: string | null;
  readonly before: readonly string[];
  readonly context: string | null;
  readonly after: readonly string[];
}

export interface Minified {
  readonly project: number;
  readonly debugId: string | null;
  readonly release: string | null;
  /** The address or path of the file. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Null where no map has it. Never throws. */
export type Original = (minified: Minified) => Place | null;
