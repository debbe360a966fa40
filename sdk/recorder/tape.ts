/** Events on their way into parts: sent every few seconds, or kept until an error makes them worth sending. */

export interface Tape {
  /** `fresh`: it begins a snapshot of the whole page; nothing before it is needed to play what follows. */
  add(event: string, at: number, fresh: boolean): void;
  /** An error happened: what is kept goes out, and what follows too. */
  release(): void;
  /** Gives out what there is. */
  cut(): void;
  /** When the first event that is still here happened, ms; null where there is none. */
  since(): number | null;
  /** Whether it only keeps. */
  readonly keeping: boolean;
}

/** Characters of a part at most, and when one is cut before its time: below what a page that goes may still send. */
const partSize = 48_000;
const cutMs = 5_000;
/** Of what is kept for an error. */
const keptSize = 4_000_000;

interface Kept {
  texts: string[];
  size: number;
  since: number | null;
}

/** `full`: what is kept for an error grows beyond its bound. */
export function createTape(
  keeping: boolean,
  give: (events: readonly string[], since: number) => void,
  full: () => void,
): Tape {
  const empty = (): Kept => ({ texts: [], size: 0, since: null });
  let before = empty();
  let current = empty();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let keeps = keeping;

  const cut = () => {
    clearTimeout(timer);
    timer = undefined;
    const [texts, since] = [[...before.texts, ...current.texts], before.since ?? current.since];
    before = empty();
    current = empty();
    if (since !== null) give(texts, since);
  };
  return {
    get keeping() {
      return keeps;
    },
    since: () => before.since ?? current.since,
    add(event, at, fresh) {
      if (keeps && fresh) {
        before = current;
        current = empty();
      }
      current.texts.push(event);
      current.size += event.length;
      current.since ??= at;
      if (keeps) {
        if (before.size + current.size > keptSize) before = empty();
        if (current.size > keptSize) full();
      } else if (current.size >= partSize) cut();
      else timer ??= setTimeout(cut, cutMs);
    },
    release() {
      if (!keeps) return;
      keeps = false;
      cut();
    },
    cut() {
      if (!keeps) cut();
    },
  };
}
