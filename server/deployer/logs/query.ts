/** What can be asked of an environment's logs. */

export interface LogQuery {
  app: string;
  environment: string;
  /** `run`: what instances wrote. `build`: what builds wrote. */
  kind: 'run' | 'build';
  release?: number | undefined;
  /** Only this deployment's build; only with `build`. */
  deployment?: string | undefined;
  /** Only lines of this instance, or `windlass`. */
  origin?: string | undefined;
  /** A JavaScript regular expression. */
  grep?: string | undefined;
  /** ms since the epoch. */
  since?: number | undefined;
  /** At most this many of the newest lines. */
  tail: number;
  follow?: boolean | undefined;
}
