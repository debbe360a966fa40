/** How features change answers of apps on their way to visitors, a piece at a time; the proxy fits it. */

/** An answer whose head is known and whose body is still to come. */
export interface AnswerAbout {
  /** `<app>/<environment>`. */
  readonly service: string;
  readonly release: number;
  readonly method: string;
  /** As the visitor sent it, with the query. */
  readonly path: string;
  /** As the visitor sent it. */
  readonly host: string;
  readonly status: number;
  /** The Content-Type, in lower case; empty where there is none. */
  readonly contentType: string;
  /** The value of another field of the answer (name in lower case); empty where there is none. */
  field(name: string): string;
  /** The value of a field of the request (name in lower case); empty where there is none. */
  asked(name: string): string;
  /** The address of who asked: of the connection, or as a trusted proxy in front of us says. */
  readonly client: string;
}

/** Made for one answer. What it returns belongs to the caller; it keeps no piece it was given. */
export interface AnswerTransform {
  /** The next piece of content, not empty; pieces end anywhere. Returns what to send instead now, maybe nothing. */
  push(piece: Uint8Array): Uint8Array;
  /** The content is over: returns what was still held back. */
  end(): Uint8Array;
}

/**
 * Asked for pages alone: GET and HEAD from visitors who accept `text/html`. Such a request is passed on without
 * Accept-Encoding and Range, so that there is a whole plain page to change; the proxy then compresses it itself. An answer
 * that is encoded all the same, partial (206), without content (204, 304) or marked `Cache-Control: no-transform` (RFC 9110
 * section 7.7) is left as it is. Of one that is changed the length, digests and Accept-Ranges are taken away, and a strong
 * ETag is made weak.
 */
export interface AnswerFilter {
  readonly name: string;
  /** Whether it may change answers of this `<app>/<environment>`. Asked at every request for a page: a look-up. */
  covers(service: string): boolean;
  /** Null where this answer stays as it is. Must not throw. */
  begin(answer: AnswerAbout): AnswerTransform | null;
}
