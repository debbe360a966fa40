/** What is known of a release from outside: its answer to a probe, and how many of its requests went wrong. */

export type ProbeResult =
  | { kind: 'answered'; status: number; ms: number }
  | { kind: 'refused' }
  | { kind: 'timeout' }
  | { kind: 'broken'; message: string };

export interface ErrorShare {
  requests: number;
  /** Of them, answered 5xx by the app or by the proxy in its place. */
  errors: number;
}
