/** Header fields of answers: what rules add and take away. */

import { matchPattern } from '../../../shared/proxy/path-pattern.ts';
import type { RouteRules } from '../../../shared/proxy/rules.ts';
import { without } from '../http1/field.ts';

/** The proxy frames messages and keeps connections; rules must not touch that. */
const framing = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** One header rule, ready to use. */
export class HeaderRule {
  readonly #path: string | null;
  readonly #gone: ReadonlySet<string>;
  readonly #lines: string;

  constructor({ path, set = {}, remove = [] }: NonNullable<RouteRules['headers']>[number]) {
    const added = Object.entries(set).filter(([name]) => !framing.has(name.toLowerCase()));
    this.#path = path ?? null;
    this.#lines = added.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    this.#gone = new Set(
      [...remove, ...added.map(([name]) => name)]
        .map((name) => name.toLowerCase())
        .filter((name) => !framing.has(name)),
    );
  }

  /** `plain`: the path as `plainPath` gave it. What is set replaces what the app said. */
  apply(fields: string, plain: string): string {
    if (this.#path !== null && matchPattern(this.#path, plain) === null) return fields;
    return without(fields, this.#gone) + this.#lines;
  }
}
