/** Time as an argument, so that what depends on it can be tested without waiting. */

export interface Clock {
  /** Milliseconds since the Unix epoch; may jump. For what is stored or shown. */
  now(): number;
  /** Milliseconds since some start; never jumps. For durations. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
