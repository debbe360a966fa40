/**
 * How several processes change to a new route table at one instant. Each holds its requests from the moment it has the
 * table; only when all do, all go on. So no request meets the old table once one has met the new.
 */

interface Member {
  /** The newest version it holds. */
  has: number;
  /** Whether it takes requests: one that does not yet is not waited for. */
  takesPart: boolean;
}

export class Agreement<Id> {
  readonly #members = new Map<Id, Member>();
  #version = 0;

  get version(): number {
    return this.#version;
  }

  /** Whether everybody who takes requests has the newest table. */
  get reached(): boolean {
    return this.late().length === 0;
  }

  /** A new table goes out. */
  begin(): number {
    return ++this.#version;
  }

  join(id: Id): void {
    this.#members.set(id, { has: -1, takesPart: false });
  }

  /** Who is gone is waited for no more. */
  leave(id: Id): void {
    this.#members.delete(id);
  }

  /** `id` holds requests on this version. */
  has(id: Id, version: number): void {
    const member = this.#members.get(id);
    if (member !== undefined) member.has = version;
  }

  /** Who may go on now, where it is agreed; from then on they take part. */
  go(): Id[] {
    if (!this.reached) return [];
    const ready = [...this.#members].filter(([, { has }]) => has === this.#version);
    for (const [, member] of ready) member.takesPart = true;
    return ready.map(([id]) => id);
  }

  /** Whom the others wait for. */
  late(): Id[] {
    return [...this.#members]
      .filter(([, { takesPart, has }]) => takesPart && has !== this.#version)
      .map(([id]) => id);
  }
}
