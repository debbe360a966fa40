/** What the server said it has stored, and what it may have stored when it was killed before it could say so. Pure. */

/** A value that is known, or one of several where the last write was cut off. Null stands for absent. */
export class WriteBook {
  private readonly known = new Map<string, string | null>();
  private readonly open = new Map<string, Set<string | null>>();

  /** How many writes were acknowledged. */
  count = 0;

  /** Called before a write is sent. */
  trying(key: string, value: string | null): void {
    const maybe = this.open.get(key) ?? new Set([this.known.get(key) ?? null]);
    this.open.set(key, maybe.add(value));
  }

  /** Called when the server has answered. */
  acknowledged(key: string, value: string | null): void {
    this.known.set(key, value);
    this.open.delete(key);
    this.count++;
  }

  /** What is not as it must be, one line each; what was open is settled by what was found. */
  compare(found: ReadonlyMap<string, string>): string[] {
    const faults: string[] = [];
    for (const key of new Set([...this.known.keys(), ...this.open.keys(), ...found.keys()])) {
      const value = found.get(key) ?? null;
      const allowed = this.open.get(key) ?? new Set([this.known.get(key) ?? null]);
      if (!allowed.has(value)) {
        faults.push(
          `${key} is ${value ?? 'absent'} and was ${[...allowed].map((each) => each ?? 'absent').join(' or ')}`,
        );
      }
      this.known.set(key, value);
    }
    this.open.clear();
    return faults;
  }
}
