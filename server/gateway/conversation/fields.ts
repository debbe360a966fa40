/** Reads an object of a request field by field and knows at the end which fields nobody asked for. */

import { InvalidRequest } from './losses.ts';

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every reader takes its field off the list of `rest`. Null counts as absent. A field of a wrong type throws `InvalidRequest`. */
export class Fields {
  readonly path: string;
  readonly #value: Json;
  readonly #taken = new Set<string>();

  constructor(value: unknown, path: string) {
    if (!isObject(value)) throw new InvalidRequest(path, `${path || 'the body'} must be an object`);
    this.#value = value;
    this.path = path;
  }

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  take(name: string): unknown {
    this.#taken.add(name);
    return this.#value[name] ?? undefined;
  }

  string(name: string): string | null {
    const value = this.take(name);
    if (value === undefined || typeof value === 'string') return value ?? null;
    throw this.wrong(name, 'a string');
  }

  /** A string that must be there. */
  needed(name: string): string {
    const value = this.string(name);
    if (value === null) throw new InvalidRequest(this.at(name), `\`${this.at(name)}\` is missing`);
    return value;
  }

  number(name: string): number | null {
    const value = this.take(name);
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value ?? null;
    throw this.wrong(name, 'a number');
  }

  boolean(name: string): boolean | null {
    const value = this.take(name);
    if (value === undefined || typeof value === 'boolean') return value ?? null;
    throw this.wrong(name, 'true or false');
  }

  object(name: string): Json | null {
    const value = this.take(name);
    if (value === undefined || isObject(value)) return value ?? null;
    throw this.wrong(name, 'an object');
  }

  /** A reader of the object within; null where there is none. */
  within(name: string): Fields | null {
    const value = this.object(name);
    return value === null ? null : new Fields(value, this.at(name));
  }

  list(name: string): readonly unknown[] | null {
    const value = this.take(name);
    if (value === undefined) return null;
    if (Array.isArray(value)) return value;
    throw this.wrong(name, 'a list');
  }

  oneOf<T extends string>(name: string, words: readonly T[]): T | null {
    const value = this.string(name);
    if (value === null) return null;
    const word = words.find((each) => each === value);
    if (word === undefined) throw this.wrong(name, `one of ${words.join(', ')}`);
    return word;
  }

  /** Paths of what is there and was never taken; null is nothing. */
  rest(): string[] {
    return Object.keys(this.#value)
      .filter((name) => !this.#taken.has(name) && this.#value[name] !== null)
      .map((name) => this.at(name));
  }

  wrong(name: string, what: string): InvalidRequest {
    return new InvalidRequest(this.at(name), `\`${this.at(name)}\` must be ${what}`);
  }
}
