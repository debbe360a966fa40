/** The target of a request (RFC 9112 section 3.2): the path as it came, and the host where the target names one. */

export interface RequestTarget {
  /** In origin-form, or `*` (OPTIONS only). */
  path: string;
  /** From absolute-form; null in origin-form, where the Host field counts. */
  authority: string | null;
}

/** Visible ASCII and bytes above it; `#` would start a fragment, which never belongs in a request. */
const targetSyntax = /^[\x21\x22\x24-\x7e\x80-\xff]+$/;

/** Null where `target` has none of the forms allowed for `method`, or names user information. */
export function parseTarget(method: string, target: string): RequestTarget | null {
  if (method === 'CONNECT' || !targetSyntax.test(target)) return null;
  if (target.charCodeAt(0) === 0x2f) return { path: target, authority: null };
  if (target === '*') return method === 'OPTIONS' ? { path: '*', authority: null } : null;
  const absolute = /^https?:\/\/([^/?]*)(.*)$/is.exec(target);
  if (absolute === null) return null;
  const [, authority = '', rest = ''] = absolute;
  if (rest === '') return { path: method === 'OPTIONS' ? '*' : '/', authority };
  return { path: rest.startsWith('/') ? rest : `/${rest}`, authority };
}
