/** Errors in Anthropic's words. */

import type { Json } from '../../conversation/fields.ts';
import type { Fault } from '../dialect.ts';

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

export function renderFault({ status, message }: Fault): Json {
  return { type: 'error', error: { type: types[status] ?? 'api_error', message } };
}
