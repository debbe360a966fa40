/** The body of a request as JSON. */

import type { EndpointRequest } from '../../kernel/endpoint.ts';
import { decodeBody } from '../wire/decode.ts';
import { limits } from '../wire/limits.ts';

/** Null where it is none. */
export function jsonOf({ body, headers }: EndpointRequest): unknown {
  const decoded = decodeBody(body, headers.get('content-encoding') ?? '', limits.decoded);
  try {
    return JSON.parse(new TextDecoder().decode(decoded.kind === 'bytes' ? decoded.bytes : new Uint8Array()));
  } catch {
    return null;
  }
}
