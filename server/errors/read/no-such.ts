/** The errors of asking for what is not there. */

import { WindlassError } from '../../../shared/errors.ts';

export function noSuchIssue(id: number): WindlassError {
  return new WindlassError('not-found', `there is no issue ${id}`, { hint: 'See `windlass issues APP`.' });
}

export function noSuchEvent(id: string): WindlassError {
  return new WindlassError('not-found', `the event ${id} is not kept any more, or never was`, {
    hint: 'The newest events of an issue are kept longest; see `windlass issues events ISSUE`.',
  });
}
