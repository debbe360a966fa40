/** `/.windlass/ai` on public hosts, where the owner wants it: handed on to the listener on loopback, which decides all else. */

import type { Endpoint } from '../../kernel/endpoint.ts';
import { mostBody } from './most-body.ts';

/** What is handed on of a request. */
const headersIn = [
  'authorization',
  'x-api-key',
  'x-goog-api-key',
  'api-key',
  'content-type',
  'anthropic-version',
  'anthropic-beta',
  'traceparent',
];

/** `port` is null while nobody may call. */
export function publicEndpoint(port: () => number | null): Endpoint {
  return {
    name: 'ai',
    maxBody: mostBody,
    async answer({ method, path, headers, body, signal }) {
      const at = port();
      if (at === null) return { status: 404, body: 'Nothing is here.\n' };
      const sent = new Headers();
      for (const name of headersIn) {
        const value = headers.get(name);
        if (value !== null) sent.set(name, value);
      }
      const answer = await fetch(`http://127.0.0.1:${at}${path.replace(/^\/ai(?=\/)/, '')}`, {
        method,
        headers: sent,
        signal,
        redirect: 'manual',
        ...(method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(body) }),
      });
      const {
        'content-length': _added,
        'transfer-encoding': _ours,
        connection: _too,
        date: _date,
        ...rest
      } = Object.fromEntries(answer.headers);
      return { status: answer.status, headers: rest, ...(answer.body === null ? {} : { body: answer.body }) };
    },
  };
}
