/** Questions to all forwarders whether what served before is empty; who is gone has nothing left. */

import type { Drained } from '../live-backend.ts';

interface Drain<Link> {
  readonly waiting: Set<Link>;
  readonly sum: Drained;
  readonly resolve: (sum: Drained) => void;
}

export class Drains<Link> {
  readonly #open = new Map<number, Drain<Link>>();
  #next = 0;

  /** Resolves to the sums once everybody said so or is gone. */
  begin(links: readonly Link[], ask: (link: Link, id: number) => void): Promise<Drained> {
    if (links.length === 0) return Promise.resolve({ finished: 0, cut: 0 });
    const { promise, resolve } = Promise.withResolvers<Drained>();
    const id = this.#next++;
    this.#open.set(id, { waiting: new Set(links), sum: { finished: 0, cut: 0 }, resolve });
    for (const link of links) ask(link, id);
    return promise;
  }

  done(link: Link, id: number, { finished, cut }: Drained): void {
    const drain = this.#open.get(id);
    if (drain?.waiting.has(link) !== true) return;
    drain.sum.finished += finished;
    drain.sum.cut += cut;
    this.#without(link, id, drain);
  }

  gone(link: Link): void {
    for (const [id, drain] of this.#open) this.#without(link, id, drain);
  }

  #without(link: Link, id: number, { waiting, sum, resolve }: Drain<Link>): void {
    if (!waiting.delete(link) || waiting.size > 0) return;
    this.#open.delete(id);
    resolve(sum);
  }
}
