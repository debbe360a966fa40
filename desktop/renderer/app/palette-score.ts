/** How well a command fits what was typed. Pure. */

/**
 * Higher is better, null where a letter is missing. Letters must come in order; those that start a word or follow the
 * one before count more.
 */
export function paletteScore(label: string, typed: string): number | null {
  const text = label.toLowerCase();
  let score = 0;
  let from = 0;
  let before = -2;
  for (const letter of typed.toLowerCase().replace(/\s+/g, '')) {
    let at = text.indexOf(letter, from);
    if (at === -1) return null;
    // The same letter at the start of a later word is what people mean, where the rest still fits.
    const atWord = findAtWord(text, letter, from);
    if (at !== before + 1 && atWord !== -1) at = atWord;
    score += at === before + 1 ? 4 : isWordStart(text, at) ? 3 : 1;
    before = at;
    from = at + 1;
  }
  return score - text.length / 100;
}

function findAtWord(text: string, letter: string, from: number): number {
  for (let at = text.indexOf(letter, from); at !== -1; at = text.indexOf(letter, at + 1)) {
    if (isWordStart(text, at)) return at;
  }
  return -1;
}

const isWordStart = (text: string, at: number) => at === 0 || !/[a-z0-9]/.test(text.charAt(at - 1));
