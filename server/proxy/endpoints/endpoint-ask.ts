/** What an endpoint is asked: made from a request's head and collected body, costly parts only where they are looked at. */

import { normaliseHost } from '../../../shared/proxy/host-pattern.ts';
import type { EndpointRequest, EndpointSite } from '../../kernel/endpoint.ts';
import { trimmed } from '../http1/field.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { Service } from '../service.ts';
import type { Visitor } from '../visitor.ts';

export class EndpointAsk implements EndpointRequest {
  readonly #head: RequestHead;
  readonly #visitor: Visitor;
  #headers: Headers | null = null;
  #going: AbortController | null = null;
  #gone = false;

  constructor(
    head: RequestHead,
    visitor: Visitor,
    readonly path: string,
    readonly site: EndpointSite | null,
    readonly body: Uint8Array,
  ) {
    this.#head = head;
    this.#visitor = visitor;
  }

  get method(): string {
    return this.#head.method;
  }

  get host(): string {
    return normaliseHost(this.#head.host) ?? '';
  }

  get client(): string {
    return this.#visitor.forwarded.visitor(this.#head);
  }

  get scheme(): 'http' | 'https' {
    return this.#visitor.forwarded.schemeFor(this.#head);
  }

  get headers(): Headers {
    this.#headers ??= headersOf(this.#head.fields);
    return this.#headers;
  }

  get signal(): AbortSignal {
    if (this.#going === null) {
      this.#going = new AbortController();
      if (this.#gone) this.#going.abort();
    }
    return this.#going.signal;
  }

  /** The client went away. */
  abort(): void {
    this.#gone = true;
    this.#going?.abort();
  }
}

export function siteOf(service: Service | null): EndpointSite | null {
  if (service === null) return null;
  const slash = service.key.indexOf('/');
  return {
    app: service.key.slice(0, slash),
    environment: service.key.slice(slash + 1),
    release: service.release,
  };
}

function headersOf(fields: string): Headers {
  const headers = new Headers();
  let at = 0;
  while (at < fields.length) {
    const next = fields.indexOf('\r\n', at) + 2;
    const colon = fields.indexOf(':', at);
    headers.append(fields.slice(at, colon), trimmed(fields, colon + 1, next - 2));
    at = next;
  }
  return headers;
}
