/** `windlass://open/…` links of the system: they open a view and do nothing else. */

/** A path of the renderer; null for every other link. */
export function viewOfLink(link: string): string | null {
  if (!URL.canParse(link)) return null;
  const { protocol, host, pathname, username, port } = new URL(link);
  if (protocol !== 'windlass:' || host !== 'open' || username !== '' || port !== '') return null;
  return views.test(pathname) ? pathname : null;
}

/** The last argument that is a link: how Windows and Linux pass one to the first instance. */
export function linkIn(argv: readonly string[]): string | null {
  return argv.findLast((argument) => argument.startsWith('windlass://')) ?? null;
}

/** The query is left away: no view takes orders from it. */
const views =
  /^\/(servers(\/[a-z0-9-]{1,40}(\/setup|\/apps\/[a-z0-9-]{1,40}(\/(deployments|logs|settings))?)?)?)?$/;
