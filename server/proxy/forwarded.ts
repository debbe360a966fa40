/** What an app is told of the client behind the proxy: X-Forwarded-* and Forwarded (RFC 7239). */

import type { RequestHead } from './http1/request-head.ts';

/** Peers whose own X-Forwarded-* and Forwarded are believed, by address. Empty: the proxy is the outermost. */
export type TrustedPeers = ReadonlySet<string>;

/** The lines for one connection; those for its latest host are kept, as it rarely changes. */
export class ForwardedLines {
  #host: string | null = null;
  #lines = '';
  readonly #for: string;

  constructor(
    private readonly client: string,
    private readonly scheme: 'http' | 'https',
    private readonly trusted: boolean,
  ) {
    this.#for = client.includes(':') ? `"[${client}]"` : client;
  }

  /** The lines, each with its CRLF. What the client itself sent is replaced unless it is trusted, then extended. */
  lines(head: RequestHead): string {
    if (this.trusted && (head.forwardedFor !== '' || head.forwarded !== '' || head.forwardedProto !== '')) {
      return this.#build(head.host, head);
    }
    if (this.#host !== head.host) {
      this.#lines = this.#build(head.host, null);
      this.#host = head.host;
    }
    return this.#lines;
  }

  /** The address of the visitor: the peer's, or the last one a trusted peer names. */
  visitor(head: RequestHead): string {
    if (!this.trusted || head.forwardedFor === '') return this.client;
    return head.forwardedFor.slice(head.forwardedFor.lastIndexOf(',') + 1).trim();
  }

  /** How the visitor reached the outermost server. */
  schemeFor(head: RequestHead): 'http' | 'https' {
    if (!this.trusted || head.forwardedProto === '') return this.scheme;
    return head.forwardedProto.toLowerCase() === 'https' ? 'https' : 'http';
  }

  #build(host: string, prior: RequestHead | null): string {
    const quoted = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(host) ? host : `"${host}"`;
    const own = `for=${this.#for};host=${quoted};proto=${this.scheme}`;
    return (
      `X-Forwarded-For: ${extended(prior?.forwardedFor, this.client)}\r\n` +
      `X-Forwarded-Proto: ${prior?.forwardedProto || this.scheme}\r\n` +
      `X-Forwarded-Host: ${prior?.forwardedHost || host}\r\n` +
      `Forwarded: ${extended(prior?.forwarded, own)}\r\n`
    );
  }
}

function extended(prior: string | undefined, own: string): string {
  return prior === undefined || prior === '' ? own : `${prior}, ${own}`;
}
