/** `windlass://open/…` links of the system: they open a view and do nothing else. */

/** A path of the renderer; null for every other link. */
export function viewOfLink(link: string): string | null {
  if (!URL.canParse(link)) return null;
  const { protocol, host, pathname, username, port } = new URL(link);
  if (protocol !== 'windlass:' || host !== 'open' || username !== '' || port !== '') return null;
  return isView(pathname) ? pathname : null;
}

/** Whether a path is one of the renderer's views that may be opened from outside. */
export function isView(path: string): boolean {
  return views.test(path);
}

/** The last argument that is a link: how Windows and Linux pass one to the first instance. */
export function linkIn(argv: readonly string[]): string | null {
  return argv.findLast((argument) => argument.startsWith('windlass://')) ?? null;
}

/**
 * As paths of the renderer look; what names no view there shows that it does not. The query is left away: no view takes
 * orders from it.
 */
const views =
  /^\/(add|servers(\/[a-z0-9-]{1,40}(\/[a-z][a-z0-9-]{0,40}(\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,80}){0,5})?)?)?$/;
