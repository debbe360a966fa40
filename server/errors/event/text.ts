/** Values of an event that somebody else made, brought to what we expect of them. Never throws. Pure. */

import { isObject, type Json } from '../wire/envelope.ts';

/** A string of at most `most` characters; numbers and booleans as text; everything else as `''`. */
export function textOf(value: unknown, most = 500): string {
  if (typeof value === 'string') return value.length > most ? value.slice(0, most) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return '';
}

/** `null` where there is nothing to say. */
export function textOrNull(value: unknown, most = 500): string | null {
  const text = textOf(value, most);
  return text === '' ? null : text;
}

export function numberOr<T>(value: unknown, otherwise: T): number | T {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** SDKs send lists as lists, as `{values: […]}`, as one thing alone, or as an object of numbered keys. */
export function listOf(value: unknown, most: number): readonly unknown[] {
  if (Array.isArray(value)) return value.slice(0, most);
  if (!isObject(value)) return [];
  if ('values' in value) return listOf(value.values, most);
  return Object.keys(value).length === 0 ? [] : [value];
}

/** ms since the epoch, from seconds or ISO text; `otherwise` where it is neither, or further off than `far`. */
export function timeOf(value: unknown, otherwise: number, far = 30 * 86_400_000): number {
  const ms =
    typeof value === 'number'
      ? value * 1000
      : typeof value === 'string'
        ? /^\d+(?:\.\d+)?$/.test(value)
          ? Number(value) * 1000
          : Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`)
        : Number.NaN;
  const sane = ms <= otherwise + 60_000 && ms >= otherwise - far;
  return sane ? Math.round(ms) : otherwise;
}

/** An id of 32 hexadecimal digits, with or without dashes; null where it is none. */
export function hexId(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 36) return null;
  const plain = value.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(plain) ? plain : null;
}

/** Tags as pairs, whether they came as an object or as a list of pairs. */
export function tagsOf(value: unknown, most = 100): [string, string][] {
  const pairs = Array.isArray(value)
    ? value.map((each: unknown) =>
        Array.isArray(each) ? [each[0], each[1]] : [objectOf(each).key, objectOf(each).value],
      )
    : Object.entries(objectOf(value));
  const tags: [string, string][] = [];
  for (const [key, tag] of pairs.slice(0, most)) {
    const [name, text] = [textOf(key, 100), textOf(tag, 200)];
    if (name !== '' && text !== '') tags.push([name, text]);
  }
  return tags;
}
