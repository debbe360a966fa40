/** Paths that belong to the server itself on every host; no app ever sees them. */

const reserved = '/.windlass';

export function isReserved(path: string): boolean {
  if (!path.startsWith(reserved)) return false;
  const next = path.charCodeAt(reserved.length);
  return Number.isNaN(next) || next === 0x2f /* / */ || next === 0x3f /* ? */;
}

/** The endpoint a reserved path names (empty for none), and what it is to see: the path behind its name, with the query. */
export function endpointAddress(path: string): { name: string; rest: string } {
  if (path[reserved.length] !== '/') return { name: '', rest: path };
  const from = reserved.length + 1;
  let end = from;
  while (end < path.length && path[end] !== '/' && path[end] !== '?') end++;
  const rest = path.slice(end);
  return { name: path.slice(from, end), rest: rest.startsWith('/') ? rest : `/${rest}` };
}
