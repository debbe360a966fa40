/** `.env` files as Compose reads them: NAME=VALUE lines, comments, quotes, `export`. Pure. */

/** The last line of a name counts. Values in single quotes are literal; `${…}` in others is left for whoever fills it. */
export function parseDotEnv(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  const pattern =
    /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\n]*))/gm;
  for (const [, name = '', single, double, plain] of text.replaceAll('\r\n', '\n').matchAll(pattern)) {
    if (single !== undefined) found[name] = single;
    else if (double !== undefined)
      found[name] = double.replace(/\\([nrt"\\$])/g, (_, each: string) => escapes[each] ?? each);
    else found[name] = (plain ?? '').replace(/(^|\s)#.*$/, '').trim();
  }
  return found;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
