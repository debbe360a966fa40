/** What is known of a release from the errors that clients reported of it. */

export interface ReleaseErrors {
  /** Events of the level error or fatal since it went live, of this release. */
  events: number;
  /** The same of the release before it, over its whole life. */
  eventsBefore: number;
  /** The issues they belong to, the most frequent first; a few only. */
  issues: { id: number; title: string; events: number; fresh: boolean }[];
  /** Of `events`, those of issues that were first seen in this release. */
  freshEvents: number;
}
