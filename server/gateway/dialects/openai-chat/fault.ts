/** Errors in OpenAI's words; its schema wants all four fields. */

import type { Json } from '../../conversation/fields.ts';
import type { Fault } from '../dialect.ts';

export function renderFault({ type, message, field }: Fault): Json {
  return { error: { message, type, param: field, code: type } };
}
