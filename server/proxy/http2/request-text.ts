/** A request that came by HTTP/2 (RFC 9113, 8), as the text of the HTTP/1.1 request that means the same. */

import type { Field, FieldSink } from './hpack/field.ts';

export type Framing = 'none' | 'length' | 'chunked';

const methodSyntax = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const pathSyntax = /^(?:\/[\x21-\x7e\x80-\xff]*|\*)$/;
const lengthSyntax = /^\d{1,15}$/;

/** Fields of one request. */
const mostFields = 256;
/** In place of what was not kept: the parser of HTTP/1.1 refuses it as it would have refused that. */
const tooMany = 'x: y\r\n'.repeat(mostFields + 1);

/**
 * Everything is checked again by the parser of HTTP/1.1; what is refused here is what could end a line there, or what only
 * this version forbids. One is used for all requests of a connection, one after the other.
 */
export class RequestText implements FieldSink {
  method = '';
  framing: Framing = 'none';
  /** -1 where the content has no length yet. */
  length = -1;
  text = '';
  #malformed = false;
  #path: string | null = null;
  #scheme: string | null = null;
  #method: string | null = null;
  #authority: string | null = null;
  #host: string | null = null;
  #cookie: string | null = null;
  #fields = '';
  #regular = false;
  #characters = 0;
  #count = 0;

  /**
   * `most`: characters of a head that is answered; of a longer one no more is kept than that it is. `connection`: the line
   * that says whether another request may follow; mostly none.
   */
  constructor(
    private readonly most: number,
    private readonly connection = '',
  ) {}

  begin(): void {
    this.length = -1;
    this.#malformed = false;
    this.#path = null;
    this.#scheme = null;
    this.#method = null;
    this.#authority = null;
    this.#host = null;
    this.#cookie = null;
    this.#fields = '';
    this.#regular = false;
    this.#characters = 0;
    this.#count = 0;
  }

  add(field: Field): void {
    this.#characters += field.name.length + field.value.length + 4;
    this.#count++;
    if (this.#isTooLarge) return;
    switch (field.role) {
      // Before all others, and each once (RFC 9113, 8.3).
      case 'method':
        this.#malformed ||= this.#regular || this.#method !== null;
        this.#method = field.value;
        return;
      case 'path':
        this.#malformed ||= this.#regular || this.#path !== null;
        this.#path = field.value;
        return;
      case 'scheme':
        this.#malformed ||= this.#regular || this.#scheme !== null;
        this.#scheme = field.value;
        return;
      case 'authority':
        this.#malformed ||= this.#regular || this.#authority !== null;
        this.#authority = field.value;
        return;
      default:
        this.#regular = true;
        this.#addRegular(field);
    }
  }

  #addRegular({ role, value, line }: Field): void {
    switch (role) {
      case 'plain':
        this.#fields += line;
        return;
      case 'host':
        this.#malformed ||= this.#host !== null;
        this.#host = value;
        return;
      case 'te':
        this.#malformed ||= value.toLowerCase() !== 'trailers';
        this.#fields += 'TE: trailers\r\n';
        return;
      case 'cookie':
        // Split for compression's sake; one again for an app (RFC 9113, 8.2.3).
        this.#cookie = this.#cookie === null ? value : `${this.#cookie}; ${value}`;
        return;
      case 'content-length':
        if (this.length !== -1 || !lengthSyntax.test(value)) this.#malformed = true;
        else this.length = Number(value);
        return;
      default:
        this.#malformed = true;
    }
  }

  /**
   * Makes `text` of it. `ended`: no content follows. False where it is malformed (RFC 9113, 8.1.1): the stream is reset
   * and nothing goes on.
   */
  finish(ended: boolean): boolean {
    const method = this.#method ?? '';
    const path = this.#path ?? '';
    const authority = this.#authority ?? this.#host ?? '';
    const { length } = this;
    if (this.#malformed || this.#scheme === null || authority === '') return false;
    if (!methodSyntax.test(method) || method === 'CONNECT' || !pathSyntax.test(path)) return false;
    // Two names for one place are two readings of one request (RFC 9113, 8.3.1).
    const host = this.#host;
    if (host !== null && host !== authority && host.toLowerCase() !== authority.toLowerCase()) return false;
    if (ended && length > 0) return false;
    this.method = method;
    this.framing = ended ? 'none' : length === -1 ? 'chunked' : 'length';
    const frame =
      length !== -1 ? `Content-Length: ${length}\r\n` : ended ? '' : 'Transfer-Encoding: chunked\r\n';
    const cookie = this.#cookie === null ? '' : `cookie: ${this.#cookie}\r\n`;
    const fields = this.#isTooLarge ? tooMany : this.#fields;
    this.text = `${method} ${path} HTTP/1.1\r\nHost: ${authority}\r\n${fields}${cookie}${frame}${this.connection}\r\n`;
    return true;
  }

  get #isTooLarge(): boolean {
    return this.#characters > this.most || this.#count > mostFields;
  }
}
