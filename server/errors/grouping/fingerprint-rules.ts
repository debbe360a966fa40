/** Rules of the owner: which events share an issue, in Sentry's own notation of a line each. Pure. */

import type { ErrorEvent } from '../event/read-event.ts';

export interface FingerprintRule {
  readonly matchers: readonly { readonly field: string; readonly wanted: string; readonly not: boolean }[];
  readonly fingerprint: readonly string[];
}

export type ParsedRules =
  | { kind: 'rules'; rules: readonly FingerprintRule[] }
  | { kind: 'faulty'; line: number; why: string };

const fields =
  /^(?:type|value|message|level|logger|release|environment|transaction|url|stack\.function|stack\.module|stack\.abs_path|path|tags\.[\w.-]{1,100})$/;
const mostRules = 200;

/** `type:TypeError message:"*timed out*" -> timeouts, {{ transaction }}`; `#` begins a comment, `!` turns a matcher around. */
export function parseFingerprintRules(text: string): ParsedRules {
  const rules: FingerprintRule[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    const clean = line.trim();
    if (clean === '' || clean.startsWith('#')) continue;
    const faulty = (why: string): ParsedRules => ({ kind: 'faulty', line: at + 1, why });
    if (rules.length === mostRules) return faulty(`there are more than ${mostRules} rules`);
    const arrow = clean.lastIndexOf('->');
    if (arrow === -1) return faulty('it lacks "->"');
    const fingerprint = clean
      .slice(arrow + 2)
      .split(',')
      .map(unquote)
      .filter((each) => each !== '');
    if (fingerprint.length === 0) return faulty('nothing stands behind "->"');
    const matchers = [...clean.slice(0, arrow).matchAll(/(!?)([\w.-]+):("(?:[^"\\]|\\.)*"|\S+)/g)].map(
      ([, not, field = '', wanted = '']) => ({ field, wanted: unquote(wanted), not: not === '!' }),
    );
    if (matchers.length === 0) return faulty('nothing to compare with stands before "->"');
    const unknown = matchers.find(({ field }) => !fields.test(field));
    if (unknown !== undefined) return faulty(`"${unknown.field}" is nothing an event has`);
    rules.push({ matchers, fingerprint });
  }
  return { kind: 'rules', rules };
}

/** The fingerprint of the first rule that fits, with `{{ type }}` and the like filled in; null where none does. */
export function ruleFingerprint(rules: readonly FingerprintRule[], event: ErrorEvent): string[] | null {
  const rule = rules.find(({ matchers }) =>
    matchers.every(
      ({ field, wanted, not }) => valuesOf(event, field).some((value) => fits(wanted, value)) !== not,
    ),
  );
  if (rule === undefined) return null;
  return rule.fingerprint.map((part) =>
    part.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (whole, name: string) =>
      name === 'default' ? whole : (valuesOf(event, name)[0] ?? ''),
    ),
  );
}

function valuesOf(event: ErrorEvent, field: string): string[] {
  switch (field) {
    case 'type':
      return event.thrown.map(({ type }) => type);
    case 'value':
    case 'message':
      return [...event.thrown.map(({ value }) => value), event.message];
    case 'stack.function':
      return event.thrown.flatMap(({ frames }) => frames.map((frame) => frame.function));
    case 'stack.module':
      return event.thrown.flatMap(({ frames }) => frames.map((frame) => frame.module));
    case 'path':
    case 'stack.abs_path':
      return event.thrown.flatMap(({ frames }) => frames.map((frame) => frame.path));
    case 'level':
    case 'logger':
    case 'transaction':
      return [event[field]];
    case 'release':
    case 'environment':
    case 'url':
      return [event[field] ?? ''];
    default:
      return event.tags.filter(([key]) => `tags.${key}` === field).map(([, value]) => value);
  }
}

/** `*` stands for anything, `?` for one character; upper and lower case are the same. Linear in both. */
export function fits(wanted: string, value: string): boolean {
  const [pattern, text] = [wanted.toLowerCase(), value.toLowerCase()];
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (from < text.length) {
    const sign = pattern[at];
    if (sign === '*') {
      star = at++;
      mark = from;
    } else if (sign === '?' || (sign !== undefined && sign === text[from])) {
      at++;
      from++;
    } else if (star !== -1) {
      at = star + 1;
      from = ++mark;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

function unquote(text: string): string {
  const clean = text.trim();
  return clean.startsWith('"') && clean.endsWith('"') && clean.length > 1
    ? clean.slice(1, -1).replaceAll('\\"', '"').replaceAll('\\\\', '\\')
    : clean;
}
