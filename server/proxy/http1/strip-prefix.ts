/** Takes a route's prefix off a raw request path, leaving every other byte as it came. */

/** `/api/users?x` without `/api` is `/users?x`; `/api?x` is `/?x`. `path` must lie below `prefix`. */
export function withoutPrefix(path: string, prefix: string): string {
  const length = prefix.endsWith('/') ? prefix.length - 1 : prefix.length;
  const rest = path.slice(length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
