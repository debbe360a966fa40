/** Which rows of a long list are in sight, and where a text matches. Pure. */

/** `end` is exclusive; `spare` rows more on both sides, so that scrolling shows no gap. */
export function visibleRange(
  top: number,
  height: number,
  rowHeight: number,
  count: number,
  spare: number,
): { first: number; end: number } {
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - spare);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  return { first: Math.min(first, end), end };
}

export interface Piece {
  text: string;
  matches: boolean;
  /** Where it starts. */
  at: number;
}

/** Regardless of case. The pieces together are the text. */
export function splitByMatch(text: string, find: string): Piece[] {
  if (find === '') return [{ text, matches: false, at: 0 }];
  const wanted = find.toLowerCase();
  const lower = text.toLowerCase();
  // A few letters change length when lowered; then nothing is marked rather than the wrong place.
  if (lower.length !== text.length) return [{ text, matches: false, at: 0 }];
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), matches: false, at: from });
    from = at + wanted.length;
    pieces.push({ text: text.slice(at, from), matches: true, at });
  }
  if (from < text.length || pieces.length === 0)
    pieces.push({ text: text.slice(from), matches: false, at: from });
  return pieces;
}
