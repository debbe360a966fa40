/** Gemini's own schemas: a subset of OpenAPI 3.0 with types in capitals. */

import { isObject, type Json } from '../../conversation/fields.ts';

/** As JSON Schema. Bounded by the depth that requests may have. */
export function fromOpenApi(schema: Json): Json {
  const { type, nullable, ...rest } = schema;
  const word = typeof type === 'string' ? type.toLowerCase() : type;
  const converted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) converted[name] = convert(name, value);
  if (word !== undefined) converted.type = nullable === true ? [word, 'null'] : word;
  return converted;
}

/** Names whose value is itself a schema; `properties` has one for each of its own. */
function convert(name: string, value: unknown): unknown {
  if (name === 'properties' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, isObject(each) ? fromOpenApi(each) : each]),
    );
  }
  if ((name === 'items' || name === 'additionalProperties') && isObject(value)) return fromOpenApi(value);
  if (name === 'anyOf' && Array.isArray(value))
    return value.map((each) => (isObject(each) ? fromOpenApi(each) : each));
  return value;
}
