/** Which key a request carries, in whichever of Sentry's forms. Pure. */

/** The public key of a DSN as Sentry makes them, and as we do. */
const keyForm = /^[a-zA-Z0-9]{8,64}$/;

/**
 * Looked for in the query, then in `X-Sentry-Auth`, then in `Authorization` (as a DSN or in the header's own form); what
 * the envelope's own header says is asked for where all of these are silent. Null where there is none.
 */
export function keyOfRequest(query: URLSearchParams, headers: Headers): string | null {
  const asked = query.get('sentry_key');
  if (asked !== null) return keyForm.test(asked) ? asked : null;
  for (const name of ['x-sentry-auth', 'authorization']) {
    const value = headers.get(name);
    if (value === null) continue;
    const key = /sentry_key\s*=\s*"?([a-zA-Z0-9]+)/i.exec(value)?.[1] ?? dsnIn(value)?.key;
    if (key !== undefined && keyForm.test(key)) return key;
  }
  return null;
}

export interface Dsn {
  readonly key: string;
  readonly project: string;
}

/** `http://key[:secret]@host[:port][/prefix]/project`; null where it is none. Only the key and the project count. */
export function parseDsn(text: string): Dsn | null {
  const parts = /^https?:\/\/([a-zA-Z0-9]+)(?::[^@/]*)?@[^/?#\s]+\/(?:[^?#\s]*\/)?(\d+)\/?$/.exec(
    text.trim(),
  );
  return parts === null ? null : { key: parts[1] ?? '', project: parts[2] ?? '' };
}

function dsnIn(header: string): Dsn | null {
  return parseDsn(header.replace(/^\s*(?:DSN|Bearer|Token)\s+/i, ''));
}
