import { expect, test } from 'bun:test';
import type { Happening } from './intake/context.ts';
import { noticeOf } from './notices.ts';

const tell = (what: Happening) => noticeOf(what, 'shop', 9);
const issue = {
  project: 1,
  issue: 12,
  title: 'TypeError: x\n\u001b[31mis undefined',
  environment: 'production',
};

test('new_issues_and_regressions_name_their_release_and_hold_one_plain_line', () => {
  expect(tell({ kind: 'new', ...issue, release: 'shop@4' })).toMatchObject({
    kind: 'issue.new',
    subject: 'issue:12',
    state: 'news',
    release: 4,
    title: 'New in shop: TypeError: x [31mis undefined',
  });
  expect(tell({ kind: 'regressed', ...issue, release: 'v1.2.3' })).toMatchObject({
    kind: 'issue.regression',
    release: null,
  });
});

test('a_spike_opens_and_its_end_resolves_the_same_subject', () => {
  const begun = tell({ kind: 'spike', project: 1, issue: 12, events: 900 });
  const over = tell({ kind: 'spike-over', project: 1, issue: 12 });
  expect([begun.state, over.state]).toEqual(['opened', 'resolved']);
  expect([over.subject, over.kind]).toEqual([begun.subject, begun.kind]);
});

test('spikes_and_crashes_of_a_release_are_critical', () => {
  expect(tell({ kind: 'spike', project: 1, issue: 12, events: 900 })).toMatchObject({
    kind: 'issue.spike',
    severity: 'critical',
  });
  expect(
    tell({ kind: 'crash-free', project: 1, release: 'shop@4', sessions: 200, share: 0.95 }),
  ).toMatchObject({
    kind: 'release.crash-free',
    severity: 'critical',
    release: 4,
    title: '95.0 % of the sessions of shop@4 end without a crash',
  });
});

test('a_monitor_that_is_silent_is_another_subject_than_one_that_fails', () => {
  const [silent, back] = [true, false].map((missed) =>
    tell({ kind: 'monitor-missed', project: 1, slug: 'nightly', missed, lastAt: 0 }),
  );
  expect(silent).toMatchObject({
    kind: 'monitor.missed',
    subject: 'monitor:shop:nightly:missed',
    state: 'opened',
    text: expect.stringContaining('1970-01-01T00:00:00.000Z'),
  });
  expect(back).toMatchObject({ subject: silent?.subject ?? '', state: 'resolved' });
});

test('a_monitor_opens_and_resolves_the_same_subject', () => {
  const [failing, well] = [true, false].map((is) =>
    tell({ kind: 'monitor', project: 1, slug: 'nightly', failing: is, text: '' }),
  );
  expect([failing?.state, well?.state]).toEqual(['opened', 'resolved']);
  expect(failing?.subject).toBe(well?.subject ?? '');
});
