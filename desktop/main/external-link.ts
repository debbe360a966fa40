/** Which addresses are handed to the person's browser. Anything but https could start a program. */

import { WindlassError } from '../../shared/errors.ts';

/** The address as it may be opened; throws `forbidden`. Apps of this computer are the one exception to https. */
export function externalLink(url: unknown): string {
  if (typeof url === 'string' && URL.canParse(url)) {
    const { protocol, hostname, username, password, href } = new URL(url);
    const plain = username === '' && password === '';
    const ownApp = protocol === 'http:' && (hostname === 'localhost' || hostname.endsWith('.localhost'));
    if (plain && (protocol === 'https:' || ownApp)) return href;
  }
  throw new WindlassError('forbidden', 'only https addresses are opened outside');
}

/** A click is a moment ago or it was none. */
export function createClickGate(now: () => number): { clicked(): void; takeClick(): boolean } {
  let at = Number.NEGATIVE_INFINITY;
  return {
    clicked() {
      at = now();
    },
    takeClick() {
      const fresh = now() - at <= clickMs;
      at = Number.NEGATIVE_INFINITY;
      return fresh;
    },
  };
}

const clickMs = 2000;
