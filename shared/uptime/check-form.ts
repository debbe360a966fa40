/** A check's settings as texts by field, and back. Pure. */

import { type CheckSettings, checkSettings, type TargetKind } from './check.ts';
import { type CheckField, fieldsOf } from './check-fields.ts';

/** By the names of fields; an empty text is one that is not set. Ticks are `yes` or empty. */
export type FieldTexts = Readonly<Record<string, string>>;

/** A check that another can depend on. */
export type Named = { readonly id: number; readonly name: string };

export type Formed =
  | { kind: 'formed'; settings: CheckSettings }
  /** `at` is the place in the settings, `field` what was filled in there, null for what is no field. */
  | { kind: 'wrong'; at: string; field: CheckField | null };

/** Every field that fits the check's kind. */
export function textsOf(settings: CheckSettings, others: readonly Named[]): Record<string, string> {
  const { kind } = settings.target;
  return Object.fromEntries(
    fieldsOf(kind).map((field) => [field.name, textOf(field, valueAt(settings, field.at[kind]), others)]),
  );
}

/** `base` with the texts put in; fields that the texts do not name, or that do not fit, stay as they are. */
export function formed(
  base: Partial<Omit<CheckSettings, 'target'>> & { readonly target: { readonly kind: TargetKind } },
  texts: FieldTexts,
  others: readonly Named[],
): Formed {
  const { kind } = base.target;
  let draft: object = base;
  const fields = fieldsOf(kind);
  for (const field of fields) {
    const text = texts[field.name];
    const at = field.at[kind];
    if (text === undefined || at === undefined) continue;
    const value = meant(field, text, others);
    if (value === unreadable) return { kind: 'wrong', at, field };
    draft = withValue(draft, at.split('.'), value);
  }
  // A short interval needs no second field to be told.
  const every = Number(valueAt(draft, 'everySeconds') ?? 60);
  if (valueAt(draft, 'timeoutSeconds') === undefined) {
    draft = withValue(draft, ['timeoutSeconds'], Math.min(10, every));
  }
  const parsed = checkSettings.safeParse(draft);
  if (parsed.success) return { kind: 'formed', settings: parsed.data };
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  return { kind: 'wrong', at, field: fields.find((field) => field.at[kind] === at) ?? null };
}

const unreadable = Symbol('unreadable');

function textOf(field: CheckField, value: unknown, others: readonly Named[]): string {
  if (value === undefined || value === null) return '';
  switch (field.type) {
    case 'tick':
      return value === true ? 'yes' : '';
    case 'headers':
      return Object.entries(value)
        .map(([name, each]) => `${name}: ${each}`)
        .join('\n');
    case 'check':
      return others.find(({ id }) => id === value)?.name ?? '';
    case 'text':
    case 'lines':
    case 'number':
    case 'choice':
    case 'secret':
      return String(value);
  }
}

function meant(field: CheckField, text: string, others: readonly Named[]): unknown {
  switch (field.type) {
    case 'tick':
      return text === 'yes';
    case 'check': {
      if (text.trim() === '') return null;
      return others.find(({ name }) => name === text.trim())?.id ?? unreadable;
    }
    case 'headers':
      return headersOf(text);
    case 'number':
      return text.trim() === '' ? undefined : Number(text);
    case 'choice':
    case 'text':
    case 'lines':
    case 'secret':
      return text === '' ? undefined : text;
  }
}

/** RFC 9110 section 5: a name is a token, and a value has no line end. */
function headersOf(text: string): Record<string, string> | typeof unreadable {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, name, value] = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return unreadable;
    headers[name] = value;
  }
  return headers;
}

function valueAt(from: object, path: string | undefined): unknown {
  let value: unknown = from;
  for (const part of path?.split('.') ?? []) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** Undefined takes it away, and with it whatever held nothing else. */
function withValue(from: object, [part, ...rest]: readonly string[], value: unknown): object {
  if (part === undefined) return from;
  const before: unknown = Reflect.get(from, part);
  const inner = typeof before === 'object' && before !== null ? before : {};
  const after = rest.length === 0 ? value : withValue(inner, rest, value);
  const isLeft = after !== undefined && (rest.length === 0 || Object.keys(Object(after)).length > 0);
  const others = Object.entries(from).filter(([name]) => name !== part);
  return Object.fromEntries(isLeft ? [...others, [part, after]] : others);
}
