/** `data:` addresses (RFC 2397), the way OpenAI's dialect carries bytes. */

import type { Source } from './conversation.ts';

export function sourceOf(url: string): Source {
  const match = /^data:([^;,]*);base64,/.exec(url);
  return match === null
    ? { kind: 'url', url }
    : { kind: 'data', mime: match[1] || 'application/octet-stream', data: url.slice(match[0].length) };
}

export function urlOf(source: Source): string {
  return source.kind === 'url' ? source.url : `data:${source.mime};base64,${source.data}`;
}
