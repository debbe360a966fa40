/** What is due when: a heap, so that thousands of checks need one timer. Times are monotonic ms. */

export interface Schedule {
  /** Puts `id` at `at`, wherever it was before. */
  set(id: number, at: number): void;
  remove(id: number): void;
  at(id: number): number | undefined;
  /** When the first is due; null where there is none. */
  next(): number | null;
  /** Takes out at most `most` of what is due, the most overdue first. */
  take(now: number, most: number): { id: number; at: number }[];
  ids(): number[];
}

interface Entry {
  readonly id: number;
  readonly at: number;
}

export function createSchedule(): Schedule {
  const heap: Entry[] = [];
  /** Where each is now; entries of the heap that say otherwise are left over. */
  const times = new Map<number, number>();
  const isLeftOver = ({ id, at }: Entry) => times.get(id) !== at;
  const first = (): Entry | undefined => {
    let top = heap[0];
    while (top !== undefined && isLeftOver(top)) {
      pop(heap);
      top = heap[0];
    }
    return top;
  };
  return {
    set(id, at) {
      times.set(id, at);
      push(heap, { id, at });
      // What is put elsewhere again and again must not make it grow.
      if (heap.length > 2 * times.size + 64) {
        const fresh = heap.filter((entry) => !isLeftOver(entry));
        heap.length = 0;
        for (const entry of fresh) push(heap, entry);
      }
    },
    remove: (id) => void times.delete(id),
    at: (id) => times.get(id),
    next: () => first()?.at ?? null,
    take(now, most) {
      const taken: Entry[] = [];
      for (let top = first(); top !== undefined && top.at <= now && taken.length < most; top = first()) {
        pop(heap);
        times.delete(top.id);
        taken.push(top);
      }
      return taken;
    },
    ids: () => [...times.keys()],
  };
}

/** Where in its interval a check begins, 0 to 1: neighbours lie far apart, and any number of them evenly (golden ratio). */
export function jitter(id: number): number {
  return (id * 0.618_033_988_749_895) % 1;
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.push(entry) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if ((heap[parent] as Entry).at <= entry.at) break;
    heap[at] = heap[parent] as Entry;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && (heap[child + 1] as Entry).at < (heap[child] as Entry).at) child++;
    if ((heap[child] as Entry).at >= last.at) break;
    heap[at] = heap[child] as Entry;
    at = child;
  }
  heap[at] = last;
}
