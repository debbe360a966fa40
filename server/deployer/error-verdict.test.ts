import { expect, test } from 'bun:test';
import type { ReleaseErrors } from '../../shared/errors/evidence.ts';
import { tooManyEvents } from './error-verdict.ts';

const errors = (change: Partial<ReleaseErrors>): ReleaseErrors => ({
  events: 0,
  freshEvents: 0,
  eventsBefore: 0,
  issues: [],
  ...change,
});
const issue = (events: number, fresh: boolean) => ({ id: 7, title: 'TypeError: x is null', events, fresh });

test('many_events_of_a_new_issue_speak_against_a_release_with_the_issue_and_the_figures', () => {
  const found = errors({ events: 12, freshEvents: 12, issues: [issue(12, true)] });
  expect(tooManyEvents(found, 40, 500, 1)).toBe(
    '12 errors were reported in 40 requests, 0 in 500 of release 1; most often issue 7, TypeError: x is null (12 times, new with this release)',
  );
});

test('a_known_issue_that_happens_three_times_as_often_speaks_against_it', () => {
  const found = errors({ events: 31, eventsBefore: 100, issues: [issue(31, false)] });
  expect(tooManyEvents(found, 100, 1000, 1)).toContain(
    '31 errors were reported in 100 requests, 100 in 1000',
  );
  expect(tooManyEvents({ ...found, events: 29 }, 100, 1000, 1)).toBeNull();
});

test('one_error_and_few_requests_say_nothing', () => {
  expect(tooManyEvents(errors({ events: 9, freshEvents: 9 }), 20, 500, 1)).toBeNull();
  expect(tooManyEvents(errors({ events: 19, freshEvents: 19 }), 19, 500, 1)).toBeNull();
  expect(tooManyEvents(errors({ events: 10, freshEvents: 10 }), 20, 500, 1)).not.toBeNull();
});

test('errors_of_a_few_among_very_many_requests_are_no_reason', () => {
  expect(tooManyEvents(errors({ events: 49, freshEvents: 49 }), 1000, 5000, 1)).toBeNull();
});

test('an_app_that_always_reported_this_much_is_left_alone_even_where_an_issue_is_new', () => {
  const found = errors({ events: 50, freshEvents: 15, eventsBefore: 480 });
  expect(tooManyEvents(found, 100, 1000, 1)).toBeNull();
});

test('where_the_requests_of_the_release_before_are_not_known_only_new_issues_count', () => {
  expect(tooManyEvents(errors({ events: 50, eventsBefore: 3000 }), 100, 0, 1)).toBeNull();
  expect(tooManyEvents(errors({ events: 50, freshEvents: 50, eventsBefore: 0 }), 100, 0, 1)).toContain(
    'how often in release 1 is not known',
  );
});
