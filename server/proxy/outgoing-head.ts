/** The heads the proxy sends: the request to the app and the answer to the client, changed only where a proxy must. */

import type { RequestHead } from './http1/request-head.ts';
import type { ResponseHead } from './http1/response-head.ts';

/** `fields`: those of the head that are passed on; `path`: what the app is to see; `forwarded`: as `ForwardedLines` has it. */
export function outgoingRequest(head: RequestHead, fields: string, path: string, forwarded: string): string {
  return `${head.method} ${path} HTTP/1.1\r\n${outgoingFields(head, fields, forwarded)}\r\n`;
}

/** All lines for the app but those that start an upgrade. */
export function outgoingFields(head: RequestHead, fields: string, forwarded: string): string {
  // TE says what the next hop may send, and must then be named by Connection (RFC 9110 section 10.1.4).
  const trailers = head.wantsTrailers ? 'TE: trailers\r\nConnection: TE\r\n' : '';
  const chunked = head.chunked ? 'Transfer-Encoding: chunked\r\n' : '';
  const id = head.requestId === '' ? `X-Request-Id: ${newRequestId()}\r\n` : '';
  return `${fields}${chunked}${trailers}${forwarded}${id}`;
}

/** How the connection to the client goes on after an answer. */
export type ConnectionLine = '' | 'Connection: close\r\n' | 'Connection: keep-alive\r\n';

/** HTTP/1.1 is left with no word where the connection stays open; HTTP/1.0 has to be told (RFC 9112 section 9.3). */
export function connectionLine(request: RequestHead, reuse: boolean): ConnectionLine {
  if (!reuse) return 'Connection: close\r\n';
  return request.minor === 0 ? 'Connection: keep-alive\r\n' : '';
}

/** `extra`: whole lines the proxy itself says, each with its CRLF. */
export function outgoingResponse(
  head: ResponseHead,
  fields: string,
  chunked: boolean,
  extra: string,
): string {
  const framing = chunked ? 'Transfer-Encoding: chunked\r\n' : '';
  return `HTTP/1.1 ${head.statusText}\r\n${fields}${framing}${extra}\r\n`;
}

const idPrefix = crypto.randomUUID().slice(0, 13);
let lastId = 0;

/** Unique over processes and restarts; no secret. */
function newRequestId(): string {
  return `${idPrefix}-${(++lastId).toString(36)}`;
}
