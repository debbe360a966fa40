/** When one core is not enough, and when it is again: with a gap between, so that nothing starts and ends in turn. */

/** Shares of a core, 0 to 1. */
export interface Load {
  /** Of the main process's own thread. */
  readonly main: number;
  /** Of every forwarder. */
  readonly forwarders: readonly number[];
  /** Since the look before, ms. */
  readonly passedMs: number;
}

/** Main is busy from here on; a forwarder more is started after this long. */
const busyShare = 0.7;
const busyMs = 3_000;
/** What is left would keep all but one process busy at most by half; one ends after this long. */
const calmShare = 0.5;
const calmMs = 180_000;

export class Pressure {
  #busyFor = 0;
  #calmFor = 0;

  constructor(private readonly most: number) {}

  /** Whether it is worth looking often. */
  get rising(): boolean {
    return this.#busyFor > 0;
  }

  /** What is to be done now. */
  look({ main, forwarders, passedMs }: Load): 'start' | 'end' | 'nothing' {
    const count = forwarders.length;
    const all = forwarders.reduce((sum, share) => sum + share, main);
    this.#busyFor = main >= busyShare && count < this.most ? this.#busyFor + passedMs : 0;
    this.#calmFor = count > 0 && all < calmShare * count ? this.#calmFor + passedMs : 0;
    if (this.#busyFor >= busyMs) {
      this.#busyFor = 0;
      return 'start';
    }
    if (this.#calmFor >= calmMs) {
      this.#calmFor = 0;
      return 'end';
    }
    return 'nothing';
  }
}
