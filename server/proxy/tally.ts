/** What the access log is told of one request: what its head said, and how it went. */

import type { ServiceKey } from '../../shared/proxy/backend.ts';
import type { DataPathContext } from './context.ts';
import { RequestHead } from './http1/request-head.ts';
import { rounded } from './rounded.ts';
import type { AccessEntry } from './service.ts';
import type { Visitor } from './visitor.ts';

type OfHead = 'method' | 'path' | 'host' | 'userAgent' | 'referrer';

export function accessEntry(head: RequestHead, went: Omit<AccessEntry, OfHead>): AccessEntry {
  const { method, path, host, userAgent, referrer } = head;
  return {
    at: went.at,
    service: went.service,
    release: went.release,
    target: went.target,
    client: went.client,
    method,
    host,
    path,
    status: went.status,
    bytesIn: went.bytesIn,
    bytesOut: went.bytesOut,
    ms: went.ms,
    upstreamMs: went.upstreamMs,
    userAgent,
    referrer,
  };
}

/** For who was sent `bytes` of a page and never became a request; `head` is null where none could be read. */
export function turnedAwayEntry(
  head: RequestHead | null,
  at: number,
  client: string,
  status: number,
  bytes: number,
): AccessEntry {
  return accessEntry(head ?? new RequestHead(), {
    at,
    service: null,
    release: null,
    target: null,
    client,
    status,
    bytesIn: 0,
    bytesOut: bytes,
    ms: 0,
    upstreamMs: null,
  });
}

/** Who answered, as far as anybody did. */
export interface Answerer {
  readonly service: ServiceKey | null;
  readonly release: number | null;
  readonly target: string | null;
}

/** Keeps what is only known while a request goes on, until it is written down. */
export class Tally {
  readonly #context: DataPathContext;
  readonly #visitor: Visitor;
  readonly #started: number;
  readonly #bytesBefore: number;
  #upstreamMs: number | null = null;
  /** When it began, ms since the epoch. */
  readonly at: number;
  /** What the visitor got, or is getting; 0 before. */
  status = 0;
  /** The answer was the proxy's own, or was cut by it. */
  byProxy = false;

  constructor(context: DataPathContext, visitor: Visitor) {
    this.#context = context;
    this.#visitor = visitor;
    this.at = context.clock.now();
    this.#started = context.clock.monotonic();
    context.now = this.#started;
    this.#bytesBefore = visitor.outbox.total;
  }

  /** The head of an answer is here. */
  answered(status: number): void {
    this.status = status;
    this.#upstreamMs = rounded(this.#context.clock.monotonic() - this.#started);
  }

  /** Writes the line of the access log. */
  record(head: RequestHead, status: number, bytesIn: number, { service, release, target }: Answerer): void {
    this.#context.log.record(
      accessEntry(head, {
        at: this.at,
        service,
        release,
        target,
        client: this.#visitor.forwarded.visitor(head),
        status,
        bytesIn,
        bytesOut: this.#visitor.outbox.total - this.#bytesBefore,
        ms: rounded(this.#context.clock.monotonic() - this.#started),
        upstreamMs: this.#upstreamMs,
      }),
    );
  }
}
