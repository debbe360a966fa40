/** What is shown to an authority that looks over HTTP, by token, while an order runs. */

export class Challenges {
  readonly #shown = new Map<string, string>();

  /** Returns what takes it away again. */
  show(token: string, value: string): () => void {
    this.#shown.set(token, value);
    return () => void this.#shown.delete(token);
  }

  /** The same on every host: a token is nothing anybody could guess. */
  find(token: string): string | null {
    return this.#shown.get(token) ?? null;
  }
}
