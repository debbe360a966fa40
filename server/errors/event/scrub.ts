/** Takes secrets out of an event before it is stored, by the names they go under. Pure. */

const secretName =
  /pass(?:word|wd|phrase)|secret|api[-_]?key|access[-_]?token|auth[-_]?token|authorization|^token$|credential|private[-_]?key|^cookies?$|set-cookie|csrf|session[-_]?id|credit[-_]?card|card[-_]?number|^cvv$/i;
/** A look at the text tells most events apart from those that need the walk. */
const mayHold =
  /pass(?:word|wd|phrase)|secret|api[-_]?key|access[-_]?token|auth[-_]?token|authorization|"token"|credential|private[-_]?key|cookie|csrf|session[-_]?id|credit[-_]?card|card[-_]?number|"cvv"/i;
const deepest = 40;

export function mayHoldSecrets(text: string): boolean {
  return mayHold.test(text);
}

/** A copy with `[filtered]` in place of what bears a secret's name; as it was, where nothing does. */
export function scrub(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) return '[too deep]';
  if (Array.isArray(value)) {
    if (value.length === 2 && typeof value[0] === 'string' && secretName.test(value[0]))
      return [value[0], '[filtered]'];
    return value.map((each: unknown) => scrub(each, depth + 1));
  }
  const clean: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    clean[key] = secretName.test(key) && isValue(each) ? '[filtered]' : scrub(each, depth + 1);
  }
  return clean;
}

function isValue(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && typeof value !== 'boolean';
}
