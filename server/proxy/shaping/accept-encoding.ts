/** Which content codings a client takes (RFC 9110 section 12.5.3). */

const codings = {
  br: pattern('br'),
  zstd: pattern('zstd'),
  gzip: pattern('gzip'),
} as const;

export type Coding = keyof typeof codings;

/** `accepted`: the Accept-Encoding field. What is not named is not taken; `*` is not believed. */
export function takesCoding(accepted: string, coding: Coding): boolean {
  return accepted !== '' && codings[coding].test(accepted);
}

/** Named, and not with a weight of zero. */
function pattern(name: string): RegExp {
  return new RegExp(`(?:^|,)\\s*${name}\\s*(?:;(?!\\s*q=0(?:\\.0*)?\\s*(?:,|$))|,|$)`, 'i');
}
