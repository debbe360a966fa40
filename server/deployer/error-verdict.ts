/** Whether the errors reported of a new release speak against it. Pure. */

import type { ReleaseErrors } from '../../shared/errors/evidence.ts';

/** Fewer events, or fewer requests, say nothing: one error, or one visitor who reloads, rolls nothing back. */
const enoughEvents = 10;
export const enoughRequests = 20;
/** Of a hundred requests, events that are too many. */
const mostShare = 0.05;
/** How many times the rate of the release before is clearly above it; less for issues that it never had. */
const clearlyAbove = 3;
const aboveForNewIssues = 1.5;

/**
 * `requests` and `requestsBefore` are those each release took over its life. What speaks against a release: at least ten
 * events in at least twenty requests, of which one in twenty led to one, and either three times the rate of the release
 * before, or as many events of issues that are new and half as many again as before. Null where nothing does.
 */
export function tooManyEvents(
  errors: ReleaseErrors,
  requests: number,
  requestsBefore: number,
  previous: number,
): string | null {
  if (requests < enoughRequests || errors.events < enoughEvents) return null;
  const rate = errors.events / requests;
  // After a restart of the server nobody knows how many requests the release before had.
  const known = requestsBefore >= enoughRequests;
  const rateBefore = known ? errors.eventsBefore / requestsBefore : 0;
  const far = known && rate >= mostShare && rate >= rateBefore * clearlyAbove;
  const fresh =
    errors.freshEvents >= enoughEvents &&
    errors.freshEvents / requests >= mostShare &&
    rate > rateBefore * aboveForNewIssues;
  if (!far && !fresh) return null;
  const [first] = errors.issues;
  const issue =
    first === undefined
      ? ''
      : `; most often issue ${first.id}, ${first.title} (${first.events} times${first.fresh ? ', new with this release' : ''})`;
  const before = known
    ? `${errors.eventsBefore} in ${requestsBefore} of release ${previous}`
    : `how often in release ${previous} is not known`;
  return `${errors.events} errors were reported in ${requests} requests, ${before}${issue}`;
}
