/** Scheme, host and port of a provider, from the base URL its owner gave. */

import { WindlassError } from '../../../shared/errors.ts';

export interface Origin {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** As it goes into `Host`. */
  readonly authority: string;
  /** What stands before every path; without a slash at its end. */
  readonly prefix: string;
  readonly inwardToo: boolean;
  /** Connections of the same may carry each other's requests. */
  readonly poolKey: string;
}

/** Throws `invalid` for what is no http(s) URL, has credentials, a query or a fragment. */
export function parseOrigin(baseUrl: string, inwardToo: boolean): Origin {
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new WindlassError('invalid', 'the base URL is none', {
      hint: 'For example https://api.openai.com/v1.',
    });
  }
  const secure = url.protocol === 'https:';
  if (!secure && url.protocol !== 'http:')
    throw new WindlassError('invalid', 'the base URL must be http or https');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new WindlassError('invalid', 'the base URL has more than scheme, host and path', {
      hint: 'A key is given for itself.',
    });
  }
  if (!secure && !inwardToo) {
    throw new WindlassError('invalid', 'keys are sent over https only', {
      hint: 'Use https, or --private for a server within this machine or its network.',
    });
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  return {
    secure,
    host,
    port,
    authority: url.host,
    prefix: url.pathname.replace(/\/+$/, ''),
    inwardToo,
    poolKey: `${secure ? 's' : ''}${host}:${port}${inwardToo ? '+' : ''}`,
  };
}
