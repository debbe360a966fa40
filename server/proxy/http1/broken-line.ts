/** What no head may have: half an end of a line, or NUL. */

/** Global, so that `lastIndex` says from where on to look. */
const broken = /(?<!\r)\n|\r[^\n]|\0/g;

/** Whether `text` has one, of which the first `seen` characters were judged before: heads that trickle in must not cost their square. */
export function hasBrokenLine(text: string, seen: number): boolean {
  // A CR that came last is judged by what follows it.
  broken.lastIndex = Math.max(0, seen - 1);
  return broken.test(text);
}
