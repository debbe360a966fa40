/** How much of the bodies of requests is held in memory at once, over all of them. */

export class BodyRoom {
  #used = 0;

  constructor(private readonly most: number) {}

  /** False, and nothing is taken, where there is no room. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.most) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
