/** Patterns of rules. Checked when they are set, so that one that does not compile never gets to a call. */

/** Throws for what is no regular expression. */
export function compile(pattern: string): RegExp {
  return new RegExp(pattern, 'gu');
}
