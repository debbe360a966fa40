/** Fields of a head, looked for when they are asked for: of a dozen only three or four ever are. */

/** A pattern for each name, which is much cheaper than a copy of each head in lower case. Names are ours, so there are few. */
const patterns = new Map<string, RegExp>();

export class HeadText {
  /** The first line and all fields, without the empty line. */
  constructor(private readonly text: string) {}

  /** `name` in lower case; the first where it came twice. */
  get(name: string): string | undefined {
    return patternOf(name).exec(this.text)?.[1]?.trimEnd();
  }

  isTwice(name: string): boolean {
    const found = patternOf(name).exec(this.text);
    return found !== null && patternOf(name).test(this.text.slice(found.index + 2));
  }
}

function patternOf(name: string): RegExp {
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(`\\r\\n${name}:[ \\t]*([^\\r]*)`, 'i');
    patterns.set(name, pattern);
  }
  return pattern;
}
