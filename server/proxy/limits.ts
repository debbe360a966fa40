/** Bounds of the data path. Times in ms, sizes in bytes. */

export interface Limits {
  /** A request's whole head; beyond it 431. */
  head: number;
  /** Content of a request; 0 is no limit; beyond it 413. */
  body: number;
  /** Bodies that are held whole for endpoints, all together; beyond it 503. */
  heldBodies: number;
  /** Answers compressed at once, about 1 MB each; more are sent as they are. */
  compressors: number;
  /** Client connections at once, per process. */
  connections: number;
  /** Of them of one client; proxies that are trusted speak for many and have no such bound. */
  connectionsOfOne: number;
  /** Bytes of answers one client lets wait, over all its connections; who lets more wait is cut. */
  waitingOfOne: number;
  /** For a request's whole head, from its first byte on; from a new connection on for its first. */
  headMs: number;
  /** From the opening of a TLS connection to the end of its handshake. */
  handshakeMs: number;
  /** Requests at once on one HTTP/2 connection. */
  streams: number;
  /** A kept connection without a request. */
  idleMs: number;
  /** A client that stops sending its body, or stops reading its answer. */
  bodyIdleMs: number;
  connectMs: number;
  /** From the end of the request to the head of the answer; beyond it 504. */
  responseMs: number;
  /** An app that falls silent inside its answer. Long, as event streams may be quiet. */
  responseIdleMs: number;
  /** Idle connections to an app. Below Node's 5 s keep-alive, so the app rarely closes one that is about to be used. */
  upstreamIdleMs: number;
  /** Idle connections kept per target: as many as a burst of HTTP/2 had, as making them anew is a third of its work. */
  upstreamIdle: number;
  /** How often deadlines are looked at. */
  tickMs: number;
}

export const defaultLimits: Limits = {
  head: 32_768,
  body: 0,
  compressors: 32,
  heldBodies: 64 * 1024 * 1024,
  connections: 16_384,
  connectionsOfOne: 2_048,
  waitingOfOne: 32 * 1024 * 1024,
  headMs: 15_000,
  handshakeMs: 10_000,
  streams: 128,
  idleMs: 75_000,
  bodyIdleMs: 60_000,
  connectMs: 5_000,
  responseMs: 60_000,
  responseIdleMs: 3_600_000,
  upstreamIdleMs: 4_000,
  upstreamIdle: 512,
  tickMs: 1_000,
};
