/** Cookies of an app that lives below a prefix it cannot see: their paths are given that prefix back. */

/** `lines` with `Path` of every Set-Cookie (RFC 6265 section 4.1.1) moved below `prefix`, e.g. `/api`. */
export function withCookiePaths(lines: string, prefix: string): string {
  if (!/^set-cookie:/im.test(lines)) return lines;
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return lines.replace(/^set-cookie:.*$/gim, (line) =>
    line.replace(
      /(;[ \t]*path[ \t]*=[ \t]*)(\/[^;\r]*)/gi,
      (_all, name: string, path: string) => `${name}${base}${path.trimEnd() === '/' ? '/' : path}`,
    ),
  );
}
