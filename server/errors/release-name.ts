/** Names of releases as instances are told them: `shop@12` of the app shop. */

/** Null where the app gave the name itself. */
export function numberOf(version: string | null, app: string): number | null {
  return version?.startsWith(`${app}@`) === true && /@\d+$/.test(version)
    ? Number(version.slice(app.length + 1))
    : null;
}
