/** The way of an app's answer to the client: its head adapted, its body passed on byte for byte. */

import type { Body } from './http1/body.ts';
import { withCookiePaths } from './http1/cookie-path.ts';
import { without } from './http1/field.ts';
import type { RequestHead } from './http1/request-head.ts';
import type { ResponseHead } from './http1/response-head.ts';
import type { Outbox } from './outbox.ts';
import { connectionLine, outgoingResponse } from './outgoing-head.ts';

export interface AnswerOptions {
  /** Whether the client's connection could carry another request after this one. */
  reuse: boolean;
  /** Prefix the app does not see but its cookies must carry; null where nothing was stripped. */
  strippedPrefix: string | null;
  /** The line that names the release, where it was asked for; else empty. */
  releaseLine: string;
}

/** Said by the proxy alone, whatever the app claims. */
const releaseField: ReadonlySet<string> = new Set(['windlass-release']);

export class AnswerRelay {
  readonly #outbox: Outbox;
  readonly #request: RequestHead;
  #dechunk = false;
  /** Whether the client's connection may carry another request; known once `head` was called. */
  reuse = false;

  constructor(outbox: Outbox, request: RequestHead) {
    this.#outbox = outbox;
    this.#request = request;
  }

  /** HTTP/1.0 knows no interim answers (RFC 9110 section 15.2). */
  interim(head: ResponseHead): void {
    if (this.#request.minor === 0) return;
    this.#outbox.sendHead(outgoingResponse(head, head.fields, false, ''), null, 0, 0);
  }

  /** Sends the head and the body's first bytes. True where the client's socket took all. */
  head(
    head: ResponseHead,
    body: Body,
    bytes: Buffer,
    start: number,
    end: number,
    options: AnswerOptions,
  ): boolean {
    this.#dechunk = body.framing === 'chunked' && this.#request.minor === 0;
    this.reuse = options.reuse && body.framing !== 'until-close' && !this.#dechunk;
    const prefix = options.strippedPrefix;
    const own = options.releaseLine === '' ? head.fields : without(head.fields, releaseField);
    const fields = prefix === null ? own : withCookiePaths(own, prefix);
    // No chunks are announced to HTTP/1.0, and none with 204 (RFC 9112 section 6.1).
    const chunked = head.chunked && this.#request.minor === 1 && head.status !== 204;
    const lines = options.releaseLine + connectionLine(this.#request, this.reuse);
    const text = outgoingResponse(head, fields, chunked, lines);
    if (!this.#dechunk) return this.#outbox.sendHead(text, bytes, start, end);
    this.#outbox.sendHead(text, null, 0, 0);
    return this.#pieces(body, bytes);
  }

  /** Sends more of the body. True where the client's socket took all. */
  body(body: Body, bytes: Buffer, start: number, end: number): boolean {
    if (this.#dechunk) return this.#pieces(body, bytes);
    if (start === 0 && end === bytes.length) return this.#outbox.give(bytes);
    return this.#outbox.send(bytes, start, end);
  }

  /** The content of chunks alone; the end of the connection ends it. */
  #pieces(body: Body, bytes: Buffer): boolean {
    const pieces = body.takePieces();
    for (let at = 0; at < pieces.length; at += 2)
      this.#outbox.send(bytes, pieces[at] ?? 0, pieces[at + 1] ?? 0);
    return !this.#outbox.blocked;
  }
}
