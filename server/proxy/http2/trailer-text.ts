/** The trailers of a request (RFC 9113, 8.1), as the lines that end its chunks in HTTP/1.1. */

import type { Field, FieldSink } from './hpack/field.ts';

/** What could be no field of HTTP/1.1: left out there. */
const noText = /[^\t\x20-\x7e\x80-\xff]/;
/** Characters of all of them; the parser of chunks refuses more. */
const most = 20_000;

export class TrailerText implements FieldSink {
  lines = '';
  /** A field that only a head may have (RFC 9113, 8.1). */
  malformed = false;

  begin(): void {
    this.lines = '';
    this.malformed = false;
  }

  add({ name, value, role, line }: Field): void {
    if (name.startsWith(':')) this.malformed = true;
    if (role === 'plain' && !noText.test(value) && this.lines.length < most) this.lines += line;
  }
}
