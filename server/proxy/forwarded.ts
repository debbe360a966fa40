/** What an app is told of the client behind the proxy: X-Forwarded-* and Forwarded (RFC 7239). */

import { parseAddress } from '../../shared/proxy/address-range.ts';
import type { RequestHead } from './http1/request-head.ts';

/** Peers whose own X-Forwarded-* and Forwarded are believed. None: the proxy is the outermost. */
export interface TrustedPeers {
  has(address: string): boolean;
}

/** The lines for one connection; those for its latest host are kept, as it rarely changes. */
export class ForwardedLines {
  #host: string | null = null;
  #lines = '';
  readonly #for: string;
  private readonly trusted: boolean;

  constructor(
    private readonly client: string,
    private readonly scheme: 'http' | 'https',
    private readonly peers: TrustedPeers,
  ) {
    this.trusted = peers.has(client);
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

  /**
   * The address of the visitor: the peer's, or, going back from it, the first that is no trusted proxy. What is further
   * left was said by the visitor.
   */
  visitor(head: RequestHead): string {
    if (!this.trusted || head.forwardedFor === '') return this.client;
    let nearest = this.client;
    for (const member of head.forwardedFor.split(',').reverse()) {
      const address = plainAddress(member.trim());
      if (address === null) return nearest;
      nearest = address;
      if (!this.peers.has(address)) return nearest;
    }
    return nearest;
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

/** Some proxies add a port, or brackets; null for what is no address. */
function plainAddress(text: string): string | null {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? text.replace(/^(\d+(?:\.\d+){3}):\d+$/, '$1');
  const parsed = parseAddress(bare);
  if (parsed === null) return null;
  return parsed.length === 4 ? parsed.join('.') : bare;
}

function extended(prior: string | undefined, own: string): string {
  return prior === undefined || prior === '' ? own : `${prior}, ${own}`;
}
