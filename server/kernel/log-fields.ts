/** Anything as plain JSON data: errors with their causes, cycles cut, sizes bounded. */

const maxDepth = 8;
const maxText = 16_384;
const maxItems = 200;

/** A copy of `fields` that `JSON.stringify` takes without throwing. */
export function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    result[name] = plainValue(value, [], 0);
  }
  return result;
}

function plainValue(value: unknown, above: readonly object[], depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > maxText ? `${value.slice(0, maxText)}… (${value.length} characters)` : value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'function':
      return '[function]';
    case 'object':
      return value === null ? null : plainObject(value, above, depth);
    default:
      return value;
  }
}

function plainObject(value: object, above: readonly object[], depth: number): unknown {
  if (above.includes(value)) {
    return '[circular]';
  }
  if (depth >= maxDepth) {
    return '[deep]';
  }
  const path = [...above, value];
  const inner = (item: unknown) => plainValue(item, path, depth + 1);
  if (value instanceof Error) {
    return plainError(value, inner);
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  }
  if (ArrayBuffer.isView(value)) {
    return `[${value.byteLength} bytes]`;
  }
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, maxItems).map(inner);
  }
  const entries: Iterable<[unknown, unknown]> = value instanceof Map ? value : Object.entries(value);
  const result: Record<string, unknown> = {};
  let count = 0;
  for (const [name, item] of entries) {
    if (count++ >= maxItems) {
      break;
    }
    result[String(name)] = inner(item);
  }
  return result;
}

function plainError(error: Error, inner: (item: unknown) => unknown): Record<string, unknown> {
  const result: Record<string, unknown> = { name: error.name, message: inner(error.message) };
  for (const name of ['code', 'hint', 'errno', 'syscall', 'path'] as const) {
    const value: unknown = Reflect.get(error, name);
    if (value !== undefined) {
      result[name] = inner(value);
    }
  }
  if (error.stack !== undefined) {
    result.stack = inner(error.stack);
  }
  if (error instanceof AggregateError) {
    result.errors = inner(error.errors);
  }
  if (error.cause !== undefined) {
    result.cause = inner(error.cause);
  }
  return result;
}
