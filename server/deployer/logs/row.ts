/** One line of a segment file: a JSON array for a log line, a JSON object for what readers start again from. */

/** A log line as it is stored. */
export interface Row {
  /** ms since the epoch. */
  at: number;
  /** An instance id, `build` or `windlass`. */
  origin: string;
  text: string;
  /** Offset right behind the line in the file its writer appends to; null where it came from no file. */
  rawOffset: number | null;
}

/** Stands at the head of a segment, and where an offset jumps. */
export interface Mark {
  /** Up to where each origin's file was taken in. */
  offsets: Readonly<Record<string, number>>;
  /** The time of the row before, so that a clock set back between two servers does not turn the log around. */
  after: number;
}

export function formatRow({ at, origin, text, rawOffset }: Row): string {
  return `${JSON.stringify(rawOffset === null ? [at, origin, text] : [at, origin, text, rawOffset])}\n`;
}

export function formatMark(offsets: ReadonlyMap<string, number>, after: number): string {
  return `${JSON.stringify({ offsets: Object.fromEntries(offsets), after })}\n`;
}

/** Null for a line that is neither: torn by a power cut, or of a later version. */
export function parseRow(line: string): Row | Mark | null {
  try {
    const value: unknown = JSON.parse(line);
    if (Array.isArray(value)) {
      const [at, origin, text, rawOffset] = value as unknown[];
      if (typeof at !== 'number' || typeof origin !== 'string' || typeof text !== 'string') return null;
      return { at, origin, text, rawOffset: typeof rawOffset === 'number' ? rawOffset : null };
    }
    if (typeof value !== 'object' || value === null || !('offsets' in value)) return null;
    const { offsets, after } = value as Record<string, unknown>;
    if (typeof offsets !== 'object' || offsets === null) return null;
    const numbers = Object.entries(offsets).filter(([, at]) => typeof at === 'number');
    return { offsets: Object.fromEntries(numbers), after: typeof after === 'number' ? after : 0 };
  } catch {
    return null;
  }
}

/** Each whole line of `bytes` with the offset it begins at. */
export function* rowsOf(
  bytes: Uint8Array,
): Generator<{ row: Row | Mark | null; offset: number; end: number }> {
  const decoder = new TextDecoder();
  let offset = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, offset)) {
    yield { row: parseRow(decoder.decode(bytes.subarray(offset, end))), offset, end: end + 1 };
    offset = end + 1;
  }
}
