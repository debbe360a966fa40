/** The name of a model, as it may go into paths, the ledger and a terminal. */

import { CallFault } from './fault.ts';

/** Throws `CallFault` 400 for what is none. */
export function checkModel(model: unknown): asserts model is string {
  if (model === undefined || model === null || model === '') {
    throw new CallFault(400, 'invalid_request_error', '`model` is missing', { field: 'model' });
  }
  if (typeof model !== 'string' || !/^[^\p{Cc}]{1,200}$/u.test(model)) {
    throw new CallFault(400, 'invalid_request_error', '`model` is no name of a model', { field: 'model' });
  }
}
