/** A tool call's input where a dialect wants it as an object. */

import { isObject, type Json } from './fields.ts';
import { InvalidRequest } from './losses.ts';

/** Models write JSON text; an empty one means no arguments. Throws `InvalidRequest` for what is no object. */
export function parseInput(input: string, field: string): Json {
  if (input.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(input);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new InvalidRequest(field, `\`${field}\` must be a JSON object`);
}
