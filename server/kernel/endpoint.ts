/** Addresses that features answer themselves: `/.windlass/<name>` on every host, or a whole host that was given to one. */

/** What the host of a request serves, for endpoints that belong to an app's own pages. */
export interface EndpointSite {
  readonly app: string;
  readonly environment: string;
  /** What serves now; null while nothing does. */
  readonly release: number | null;
}

export interface EndpointRequest {
  readonly method: string;
  /**
   * With the query, as it came. Behind `/.windlass`: `/api/7/envelope/?sentry_key=…`; on a host of the endpoint's own the
   * whole path.
   */
  readonly path: string;
  /** In lower case, without a port. */
  readonly host: string;
  readonly headers: Headers;
  /** The address of who asks: of the connection, or as a trusted proxy in front of us says. */
  readonly client: string;
  readonly scheme: 'http' | 'https';
  /** Null where no app is served under this host. */
  readonly site: EndpointSite | null;
  /** The body as it was sent (its Content-Encoding is not undone), at most `maxBody` bytes. */
  readonly body: Uint8Array;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface EndpointAnswer {
  readonly status: number;
  /** Content-Length, Date and Connection are added. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent as it comes and cancelled when the client goes away. */
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
}

export interface Endpoint {
  /**
   * The first segment behind `/.windlass/`, or the first two: `api` answers `/.windlass/api` and everything below it, save
   * what is below `api/event` where an endpoint has that name.
   */
  readonly name: string;
  /** Bytes of a body at most; more gets 413. All bodies under way together are bounded by the proxy: beyond that, 503. */
  readonly maxBody: number;
  /** One that throws is answered with 500 and logged. Load what is heavy at the first call. */
  answer(request: EndpointRequest): Promise<EndpointAnswer> | EndpointAnswer;
}

/** For features that answer whole hosts, a status page say. The proxy fits it; compose.ts joins the two. */
export interface EndpointHosts {
  /** From now on every request to `host` goes to the endpoint `name`. Persisted. Throws `conflict` where an app or another endpoint has the host. */
  claim(host: string, name: string): void;
  /** Frees a host that was claimed; nothing happens where it was not. */
  release(host: string): void;
  claims(): readonly { host: string; name: string }[];
}
