/** Fields of a head, looked for when they are asked for: of a dozen only three or four ever are. */

export class HeadText {
  readonly #text: string;
  readonly #lower: string;

  /** The first line and all fields, without the empty line. */
  constructor(text: string) {
    this.#text = text;
    this.#lower = text.toLowerCase();
  }

  /** `name` in lower case; the first where it came twice. */
  get(name: string): string | undefined {
    const at = this.#lower.indexOf(`\r\n${name}:`);
    if (at < 0) return undefined;
    const end = this.#text.indexOf('\r\n', at + 2);
    return this.#text.slice(at + name.length + 3, end < 0 ? undefined : end).trim();
  }

  isTwice(name: string): boolean {
    const line = `\r\n${name}:`;
    const at = this.#lower.indexOf(line);
    return at >= 0 && this.#lower.indexOf(line, at + 1) >= 0;
  }
}
