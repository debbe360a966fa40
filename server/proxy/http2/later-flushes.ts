/** What is to be written once everything that has arrived was looked at: many answers of a connection then leave together. */

export interface Flushable {
  flush(): void;
}

/** Connections written to before everything else that has arrived is looked at: each is a record of TLS and a call of the system. */
const atOnce = 4;

export class LaterFlushes {
  #waiting: Flushable[] = [];

  /** `later` runs what it is given once what has arrived in the meantime was looked at. */
  constructor(private readonly later: (next: () => void) => void = setImmediate) {}

  /** Once for each that waits. */
  add(one: Flushable): void {
    if (this.#waiting.push(one) === 1) this.later(() => this.#flush());
  }

  #flush(): void {
    const now = this.#waiting.splice(0, atOnce);
    if (this.#waiting.length > 0) this.later(() => this.#flush());
    for (const one of now) one.flush();
  }
}

export const laterFlushes = new LaterFlushes();
