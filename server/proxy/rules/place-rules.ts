/** Which part of an environment a request is for, where parts have rules of their own. Pure. */

import { plainPath } from '../../../shared/proxy/path-pattern.ts';

export interface Place<T> {
  /** This path and everything below it. */
  readonly path: string;
  readonly rule: T;
}

/**
 * What holds for a path: the rule of the most specific place it lies in, else that of the whole. Apps read one spelling in
 * different ways, so a path has several readings, and every rule that decides over one of them holds: an odd spelling
 * may meet more rules than the plain one, and never fewer.
 */
export class PlaceRules<T> {
  readonly #whole: T;
  /** The most specific first. */
  readonly #exact: readonly Place<T>[];
  readonly #loose: readonly Place<T>[];

  constructor(whole: T, places: readonly Place<T>[]) {
    this.#whole = whole;
    this.#exact = places.toSorted((a, b) => b.path.length - a.path.length);
    this.#loose = this.#exact.map(({ path, rule }) => ({ path: path.toLowerCase(), rule }));
  }

  /** `path` as the visitor sent it, with its query. Each rule once. */
  of(path: string): readonly T[] {
    if (this.#exact.length === 0) return [this.#whole];
    const plain = plainPath(path);
    const rules = new Set([this.#find(this.#exact, plain, '/')]);
    // Where formats are routed like the page itself, `/admin.json` is `/admin`, too.
    for (const reading of looseReadings(plain)) rules.add(this.#find(this.#loose, reading, '/.'));
    return [...rules];
  }

  /** `borders`: what may follow a place's own path. */
  #find(places: readonly Place<T>[], path: string, borders: string): T {
    const found = places.find(
      (place) =>
        path === place.path ||
        (path.startsWith(place.path) && borders.includes(path.charAt(place.path.length))),
    );
    return found === undefined ? this.#whole : found.rule;
  }
}

const mostDecoded = 3;

/**
 * As apps may read it that do not tell cases apart, decode again, take `\` for `/`, end at a zero byte, or leave out what
 * stands behind a `;` (parameters of a segment: RFC 3986, 3.3).
 */
function looseReadings(plain: string): string[] {
  let decoded = plain;
  for (let round = 0; round < mostDecoded && decoded.includes('%'); round++) {
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      break;
    }
  }
  const [whole = ''] = decoded.replaceAll('\\', '/').toLowerCase().split('\0');
  const readings = [resolved(whole)];
  if (whole.includes(';')) readings.push(resolved(whole.replace(/;[^/]*/g, '')));
  return readings;
}

/** Without empty and dot segments. */
function resolved(path: string): string {
  const segments: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') segments.pop();
    else if (part !== '' && part !== '.') segments.push(part);
  }
  return `/${segments.join('/')}`;
}
