import { expect, test } from 'bun:test';
import { deskRig, thrown } from '../desk-rig.ts';
import { releaseErrors } from './release-errors.ts';

const asked = (since: number) => ({
  project: 1,
  app: 'shop',
  environment: 'production',
  release: 2,
  previous: 1,
  since,
});

test('events_are_counted_by_release_and_new_issues_are_told_apart', () => {
  using rig = deskRig();
  for (let at = 0; at < 4; at++) rig.event(thrown('TypeError', 'old bug', 'pay'), { release: 'shop@1' });
  rig.now += 60_000;
  const since = rig.now;
  rig.event(thrown('TypeError', 'old bug', 'pay'), { release: 'shop@2' });
  for (let at = 0; at < 3; at++) rig.event(thrown('RangeError', 'new bug', 'ship'), { release: 'shop@2' });
  // The release before still finishes what it has, and can find something new, too.
  rig.event(thrown('SyntaxError', 'late', 'parse'), { release: 'shop@1' });
  expect(releaseErrors(rig.desk, asked(since))).toEqual({
    events: 4,
    freshEvents: 3,
    eventsBefore: 5,
    issues: [
      { id: 2, title: 'RangeError: new bug', events: 3, fresh: true },
      { id: 1, title: 'TypeError: old bug', events: 1, fresh: false },
    ],
  });
});

test('messages_and_other_environments_and_projects_do_not_count', () => {
  using rig = deskRig();
  const since = rig.now;
  rig.event({ message: 'a note', level: 'info' }, { release: 'shop@2' });
  rig.event({ ...thrown('TypeError', 'x', 'preview'), release: 'v9' }, { environment: 'preview' });
  rig.event(thrown('TypeError', 'x', 'other'), {
    release: 'shop@2',
    project: { id: 2, app: 'blog', rules: '' },
  });
  expect(releaseErrors(rig.desk, asked(since))).toEqual({
    events: 0,
    freshEvents: 0,
    eventsBefore: 0,
    issues: [],
  });
});

test('an_app_that_names_its_releases_itself_is_known_by_what_began_since', () => {
  using rig = deskRig();
  rig.event({ ...thrown('TypeError', 'old bug', 'pay'), release: '4.1.0' });
  rig.now += 60_000;
  const since = rig.now;
  rig.event({ ...thrown('TypeError', 'old bug', 'pay'), release: '4.1.0' });
  rig.event({ ...thrown('RangeError', 'new bug', 'ship'), release: '4.1.0' });
  const found = releaseErrors(rig.desk, asked(since));
  expect(found).toMatchObject({ events: 1, freshEvents: 1, issues: [{ title: 'RangeError: new bug' }] });
});
