/** What is to be written once everything that has arrived was looked at: many answers of a connection then leave together. */

export interface Flushable {
  flush(): void;
}

export class LaterFlushes {
  #waiting: Flushable[] = [];

  /** `later` runs what it is given once what has arrived in the meantime was looked at. */
  constructor(private readonly later: (next: () => void) => void = setImmediate) {}

  /** Once for each that waits. */
  add(one: Flushable): void {
    if (this.#waiting.push(one) === 1) this.later(() => this.#flush());
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) one.flush();
  }
}

export const laterFlushes = new LaterFlushes();
