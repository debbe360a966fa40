/** `a.b[0].c` in JSON text. Pure. */

export type Found = { kind: 'found'; text: string } | { kind: 'nothing'; why: string };

/** A string as it is, anything else as JSON has it. */
export function jsonAt(json: string, path: string): Found {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: 'nothing', why: 'the answer is not JSON' };
  }
  for (const part of path.match(/[^.[\]]+/g) ?? []) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
      return { kind: 'nothing', why: `there is no ${part}` };
    }
    value = Reflect.get(value, part);
  }
  return { kind: 'found', text: typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined') };
}
