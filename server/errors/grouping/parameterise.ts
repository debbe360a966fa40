/** What varies in a message (addresses, ids, numbers) replaced by its kind, so that one message is one group. Pure. */

/** In this order; the first that fits a place wins. Bounded quantifiers only: the text comes from anybody. */
const kinds: readonly (readonly [kind: string, pattern: string])[] = [
  ['email', String.raw`[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}`],
  ['url', String.raw`\b[a-z][a-z0-9+.-]{1,12}:\/\/[^\s"'<>)\]}]{1,2000}`],
  ['uuid', String.raw`\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`],
  [
    'ip',
    String.raw`\b(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?\b|(?:\b|::)(?:[0-9a-f]{1,4}:{1,2}){2,7}[0-9a-f]{1,4}\b`,
  ],
  [
    'date',
    String.raw`\b\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:z|[+-]\d{2}:?\d{2})?)?\b|\b\d{1,2}:\d{2}:\d{2}\b`,
  ],
  [
    'path',
    String.raw`(?:\b[a-z]:\\|\\\\)[^\s"'<>|:;,()]{1,400}|(?:^|(?<=[\s"'=([:]))\.{0,2}\/(?:[\w.@+~-]{1,100}\/){1,30}[\w.@+~-]{0,100}`,
  ],
  ['hex', String.raw`\b0x[0-9a-f]{1,64}\b|\b(?=[0-9a-f]{0,63}\d)(?=[0-9a-f]{0,63}[a-f])[0-9a-f]{8,64}\b`],
  ['string', String.raw`"[^"\n]{10,400}"|'[^'\n]{10,400}'`],
  ['number', String.raw`(?<![a-z])[-+]?\d{1,40}(?:[.,]\d{1,40})*(?:e[-+]?\d{1,3})?`],
];

const all = new RegExp(kinds.map(([, pattern]) => `(${pattern})`).join('|'), 'gi');
const longest = 500;

/** The first line of `message`, in lower case, with what varies as `<kind>`. */
export function parameterise(message: string): string {
  const line = message.trimStart().split(/\r?\n/, 1)[0] ?? '';
  return line
    .slice(0, longest)
    .replace(all, (found, ...groups: (string | undefined)[]) => {
      const at = groups.findIndex((group) => group !== undefined);
      return `<${kinds[at]?.[0] ?? found}>`;
    })
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
