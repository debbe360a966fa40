/** What was said before on a connection, newest first, within a bound of bytes (RFC 7541, 2.3.2 and 4). */

export class DynamicTable<Entry extends { readonly size: number }> {
  /** A ring: the newest is before `#next`. Grows as needed. */
  #ring: (Entry | undefined)[] = [];
  #next = 0;
  #count = 0;
  #size = 0;
  #most: number;

  /** `left` is told of each entry that has to go. */
  constructor(
    most: number,
    private readonly left: (entry: Entry) => void = () => undefined,
  ) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes it may take. */
  get most(): number {
    return this.#most;
  }

  /** The one that was added `age` entries ago; undefined where there is none. */
  at(age: number): Entry | undefined {
    if (age >= this.#count) return undefined;
    const length = this.#ring.length;
    return this.#ring[(this.#next - 1 - age + length) % length];
  }

  /** One that is larger than the whole table only empties it (RFC 7541, 4.4). */
  add(entry: Entry): boolean {
    this.#shrink(this.#most - entry.size);
    if (entry.size > this.#most) return false;
    if (this.#count === this.#ring.length) this.#grow();
    this.#ring[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#ring.length;
    this.#count++;
    this.#size += entry.size;
    return true;
  }

  bound(most: number): void {
    this.#most = most;
    this.#shrink(most);
  }

  #shrink(size: number): void {
    const length = this.#ring.length;
    while (this.#count > 0 && this.#size > size) {
      const oldest = (this.#next - this.#count + length) % length;
      const entry = this.#ring[oldest];
      this.#ring[oldest] = undefined;
      this.#count--;
      if (entry === undefined) continue;
      this.#size -= entry.size;
      this.left(entry);
    }
  }

  #grow(): void {
    const inOrder = Array.from({ length: this.#count }, (_, index) => this.at(this.#count - 1 - index));
    this.#next = inOrder.length;
    this.#ring = inOrder.concat(Array.from({ length: Math.max(8, inOrder.length) }, () => undefined));
  }
}
