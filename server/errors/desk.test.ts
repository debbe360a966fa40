import { expect, test } from 'bun:test';
import { deskRig, envelope, thrown } from './desk-rig.ts';
import { answer } from './questions.ts';
import type { EventDetails } from './read/event-details.ts';
import type { IssueDetails } from './read/issue-details.ts';
import type { ShownIssue } from './read/issue-row.ts';
import type { ReleaseHealth } from './read/releases.ts';

const everything = {
  project: 1,
  environment: null,
  release: null,
  search: '',
  limit: 50,
  offset: 0,
} as const;

function list(rig: ReturnType<typeof deskRig>, change: object = {}): ShownIssue[] {
  const query = { ...everything, state: 'all', sort: 'last', now: rig.now, ...change } as const;
  return (answer(rig.desk, { name: 'issues', query } as never) as { issues: ShownIssue[] }).issues;
}

test('an_event_is_found_whole_by_its_id_and_counted_in_its_issue', () => {
  using rig = deskRig();
  const id = rig.event({
    ...thrown('TypeError', 'x is undefined', 'pay'),
    tags: { plan: 'pro' },
    user: { id: 'u1' },
  });
  const [issue] = list(rig);
  expect(issue).toMatchObject({
    title: 'TypeError',
    value: 'x is undefined',
    events: 1,
    users: 1,
    firstRelease: 'shop@1',
  });
  const found = answer(rig.desk, { name: 'event', id }) as EventDetails;
  expect(JSON.parse(found.payload)).toMatchObject({ tags: { plan: 'pro' } });
  expect(found.head).toMatchObject({ id, issue: issue?.id, release: 'shop@1', environment: 'production' });
  const details = answer(rig.desk, { name: 'issue', id: issue?.id ?? 0, now: rig.now }) as IssueDetails;
  expect(details.tags).toContainEqual({ key: 'plan', values: [{ value: 'pro', events: 1 }] });
  expect(rig.faults).toEqual([]);
});

test('the_same_bug_is_one_issue_whatever_its_line_its_message_and_its_hashed_file', () => {
  using rig = deskRig();
  rig.event(thrown('TypeError', 'user 1 is gone', 'pay', 'https://a/assets/index-B2x9Qk1a.js'));
  rig.event(thrown('TypeError', 'user 2 is gone', 'pay', 'https://a/assets/index-DiwrgTda.js'));
  expect(list(rig).map(({ events }) => events)).toEqual([2]);
});

test('different_bugs_never_share_an_issue', () => {
  using rig = deskRig();
  rig.event(thrown('TypeError', 'boom', 'pay'));
  rig.event(thrown('RangeError', 'boom', 'pay'));
  rig.event(thrown('TypeError', 'boom', 'refund'));
  rig.event({ message: 'Connection refused' });
  rig.event({ message: 'Connection reset' });
  expect(list(rig)).toHaveLength(5);
});

test('a_fingerprint_decides_alone_and_default_stands_for_ours', () => {
  using rig = deskRig();
  rig.event({ ...thrown('TypeError', 'a', 'pay'), fingerprint: ['mine'] });
  rig.event({ ...thrown('RangeError', 'b', 'refund'), fingerprint: ['mine'] });
  expect(list(rig)).toHaveLength(1);
  rig.event({ ...thrown('TypeError', 'a', 'pay'), fingerprint: ['{{ default }}', 'eu'] });
  rig.event({ ...thrown('TypeError', 'a', 'pay'), fingerprint: ['{{ default }}', 'us'] });
  rig.event({ ...thrown('TypeError', 'a', 'pay'), fingerprint: ['{{ default }}'] });
  rig.event(thrown('TypeError', 'a', 'pay'));
  expect(list(rig)).toHaveLength(4);
});

test('a_rule_of_the_owner_joins_what_it_names', () => {
  using rig = deskRig();
  const project = { id: 1, app: 'shop', rules: 'value:"*timed out*" -> timeouts' };
  rig.event(thrown('TypeError', 'db timed out', 'pay'), { project });
  rig.event(thrown('FetchError', 'api TIMED OUT', 'refund'), { project });
  rig.event(thrown('FetchError', 'api refused', 'refund'), { project });
  expect(list(rig)).toHaveLength(2);
});

test('a_resolved_issue_comes_back_as_a_regression_and_an_ignored_one_stays_silent', () => {
  using rig = deskRig();
  rig.event(thrown('TypeError', 'a', 'pay'));
  const id = list(rig)[0]?.id ?? 0;
  answer(rig.desk, { name: 'change', ids: [id], change: { kind: 'resolve', when: 'now' }, now: rig.now });
  expect(list(rig, { state: 'unresolved' })).toEqual([]);
  rig.now += 60_000;
  rig.event(thrown('TypeError', 'a', 'pay'), { release: 'shop@2' });
  expect(rig.happened.map(({ kind }) => kind)).toEqual(['new', 'regressed']);
  const { releases } = answer(rig.desk, { name: 'releases', project: 1 }) as { releases: ReleaseHealth[] };
  expect(releases.map(({ version, newIssues, regressed }) => ({ version, newIssues, regressed }))).toEqual([
    { version: 'shop@2', newIssues: 0, regressed: 1 },
    { version: 'shop@1', newIssues: 1, regressed: 0 },
  ]);
  answer(rig.desk, { name: 'change', ids: [id], change: { kind: 'ignore', events: 2 }, now: rig.now });
  rig.event(thrown('TypeError', 'a', 'pay'));
  expect(list(rig)[0]?.state.kind).toBe('ignored');
  rig.event(thrown('TypeError', 'a', 'pay'));
  expect(list(rig)[0]?.state.kind).toBe('unresolved');
  expect(rig.happened).toHaveLength(2);
});

test('resolved_in_the_next_release_stays_so_for_the_old_one', () => {
  using rig = deskRig();
  const release = (version: string) => ({ ...thrown('TypeError', 'a', 'pay'), release: version });
  rig.event(release('shop@9'));
  const id = list(rig)[0]?.id ?? 0;
  answer(rig.desk, {
    name: 'change',
    ids: [id],
    change: { kind: 'resolve', when: 'next-release' },
    now: rig.now,
  });
  rig.event(release('shop@9'));
  expect(list(rig)[0]?.state.kind).toBe('resolved');
  rig.event(release('shop@10'));
  expect(list(rig)[0]?.state.kind).toBe('unresolved');
});

test('a_merged_issue_was_first_and_last_seen_where_the_two_were', () => {
  using rig = deskRig();
  rig.event({ message: 'Connection refused', timestamp: rig.now / 1000 }, { release: 'shop@1' });
  rig.now += 60_000;
  rig.event({ message: 'Connection reset', timestamp: rig.now / 1000 }, { release: 'shop@2' });
  // The newest comes first, and takes in the other.
  const ids = list(rig).map(({ id }) => id);
  answer(rig.desk, { name: 'merge', ids, now: rig.now });
  expect(list(rig)).toMatchObject([{ id: ids[0], firstRelease: 'shop@1', lastRelease: 'shop@2' }]);
});

test('merged_issues_stay_one_and_a_split_one_stays_two', () => {
  using rig = deskRig();
  rig.event({ message: 'Connection refused' });
  rig.event({ message: 'Connection reset' });
  const ids = list(rig).map(({ id }) => id);
  const { id } = answer(rig.desk, { name: 'merge', ids, now: rig.now }) as { id: number };
  rig.event({ message: 'Connection refused' });
  rig.event({ message: 'Connection reset' });
  expect(list(rig).map((issue) => [issue.id, issue.events])).toEqual([[id, 4]]);
  const { hashes } = answer(rig.desk, { name: 'issue', id, now: rig.now }) as IssueDetails;
  answer(rig.desk, { name: 'split', id, hash: hashes[1]?.hash ?? '', now: rig.now });
  rig.event({ message: 'Connection refused' });
  rig.event({ message: 'Connection reset' });
  expect(list(rig).map(({ events }) => events)).toEqual([3, 3]);
});

test('an_issue_without_a_release_is_found_by_its_environment', () => {
  using rig = deskRig();
  rig.event({ message: 'x', environment: 'preview' }, { release: null });
  expect(list(rig, { environment: 'preview' })).toHaveLength(1);
  expect(list(rig, { environment: 'production' })).toEqual([]);
});

test('a_removed_issue_is_gone_from_the_files_too', () => {
  using rig = deskRig();
  const id = rig.event({ message: 'quite unmistakable' });
  answer(rig.desk, {
    name: 'change',
    ids: [list(rig)[0]?.id ?? 0],
    change: { kind: 'remove' },
    now: rig.now,
  });
  expect(list(rig)).toEqual([]);
  expect(() => answer(rig.desk, { name: 'event', id })).toThrow('not kept');
});

test('issues_are_found_by_words_of_themselves_and_of_their_events', () => {
  using rig = deskRig();
  rig.event({ ...thrown('TypeError', 'boom', 'pay'), user: { email: 'ann@example.com' } });
  rig.event({ ...thrown('TypeError', 'boom', 'pay'), user: { email: 'bob@example.com' } });
  rig.event(thrown('RangeError', 'out of range', 'refund'));
  expect(list(rig, { search: 'refu' }).map(({ title }) => title)).toEqual(['RangeError']);
  expect(list(rig, { search: 'bob example' }).map(({ title }) => title)).toEqual(['TypeError']);
  expect(list(rig, { search: '"; DROP TABLE issues' })).toEqual([]);
});

test('secrets_are_not_stored', () => {
  using rig = deskRig();
  const secret = 'hunter2hunter2';
  const id = rig.event({
    message: 'x',
    request: { headers: [['Authorization', secret]], cookies: secret },
    extra: { db: { password: secret } },
  });
  const { payload } = answer(rig.desk, { name: 'event', id }) as EventDetails;
  expect(payload).not.toContain(secret);
  expect(payload).toContain('[filtered]');
});

test('unknown_and_broken_items_are_counted_and_take_nothing_with_them', () => {
  using rig = deskRig();
  const outcome = rig.submit(
    `{"event_id":"${'a'.repeat(32)}"}\n{"type":"news"}\n{}\n{"type":"event"}\nno json\n{"type":"event"}\n{"message":"fine"}`,
  );
  expect(outcome).toMatchObject({ kind: 'taken', id: 'a'.repeat(32) });
  expect(list(rig).map(({ title }) => title)).toEqual(['fine']);
  const { dropped } = answer(rig.desk, { name: 'dropped', project: 1 }) as { dropped: { reason: string }[] };
  expect(dropped.map(({ reason }) => reason).sort()).toEqual(['invalid', 'unknown']);
});

test('beyond_the_spike_limit_events_are_counted_and_the_first_are_kept', () => {
  using rig = deskRig({ spikePerMinute: 3 });
  for (let at = 0; at < 10; at++) rig.event({ message: 'loud' });
  const [issue] = list(rig);
  expect(issue?.events).toBe(10);
  const { events } = answer(rig.desk, { name: 'events', issue: issue?.id ?? 0, before: 1e15, limit: 50 }) as {
    events: unknown[];
  };
  expect(events).toHaveLength(3);
});

test('a_spike_is_told_once_while_it_lasts_and_is_over_after_a_quiet_hour', () => {
  using rig = deskRig();
  const hourMs = 3_600_000;
  const loud = (events: number) => {
    rig.submitAll(
      Array.from({ length: events }, () =>
        envelope({ event_id: crypto.randomUUID().replaceAll('-', '') }, ['event', { message: 'loud' }]),
      ),
    );
  };
  const told = () => rig.happened.splice(0).filter(({ kind }) => kind.startsWith('spike'));
  const issue = () => list(rig)[0]?.id ?? 0;
  loud(300);
  // New, and so no spike; 300 in a day are 12.5 an hour, and ten times that is one.
  expect(told()).toEqual([]);
  rig.now += hourMs;
  loud(120);
  expect(told()).toEqual([]);
  loud(10);
  expect(told()).toEqual([{ kind: 'spike', project: 1, issue: issue(), events: 130 }]);
  for (let hour = 0; hour < 12; hour++) {
    rig.now += hourMs;
    loud(200);
    // By then the days before are as loud as it is, which makes it no better.
    expect(told()).toEqual([]);
  }
  rig.now += hourMs;
  loud(20);
  expect([...told(), ...rig.desk.tidy(rig.now)]).toEqual([]);
  rig.now += hourMs;
  expect(rig.desk.tidy(rig.now)).toEqual([{ kind: 'spike-over', project: 1, issue: issue() }]);
  expect(rig.desk.tidy(rig.now + hourMs)).toEqual([]);
});

test('an_event_of_another_issue_is_when_the_end_of_a_spike_is_seen_too', () => {
  using rig = deskRig();
  const hourMs = 3_600_000;
  for (let at = 0; at < 30; at++) rig.event({ message: 'loud' });
  rig.now += hourMs;
  for (let at = 0; at < 120; at++) rig.event({ message: 'loud' });
  const kinds = () => rig.happened.map(({ kind }) => kind);
  expect(kinds()).toEqual(['new', 'spike']);
  rig.now += hourMs * 2;
  rig.event({ message: 'something else' });
  expect(kinds()).toEqual(['new', 'spike', 'new', 'spike-over']);
});

test('sessions_count_once_however_often_they_are_updated', () => {
  using rig = deskRig();
  const session = (change: object) =>
    rig.submit(
      envelope({}, ['session', { sid: 's1', status: 'ok', attrs: { release: 'shop@3' }, ...change }]),
    );
  session({ init: true });
  session({ errors: 1 });
  session({ errors: 2, status: 'crashed' });
  rig.submit(
    envelope({}, ['sessions', { aggregates: [{ exited: 8, crashed: 1 }], attrs: { release: 'shop@3' } }]),
  );
  const { releases } = answer(rig.desk, { name: 'releases', project: 1 }) as { releases: object[] };
  expect(releases).toMatchObject([{ version: 'shop@3', sessions: 10, crashed: 2, errored: 2 }]);
});

test('a_release_of_which_too_many_sessions_crash_is_told_and_no_other', () => {
  using rig = deskRig();
  const sessions = (release: string, exited: number, crashed: number) =>
    rig.submit(envelope({}, ['sessions', { aggregates: [{ exited, crashed }], attrs: { release } }]));
  // Too few to know.
  sessions('shop@1', 40, 9);
  // One of a hundred is allowed.
  sessions('shop@2', 198, 2);
  sessions('shop@3', 1000, 0);
  expect(rig.happened).toEqual([]);
  sessions('shop@1', 0, 1);
  sessions('shop@2', 0, 1);
  expect(rig.happened).toEqual([
    { kind: 'crash-free', project: 1, release: 'shop@1', sessions: 50, share: 0.8 },
    { kind: 'crash-free', project: 1, release: 'shop@2', sessions: 201, share: 1 - 3 / 201 },
  ]);
});

test('check_ins_tell_when_a_monitor_begins_to_fail_and_when_it_is_well', () => {
  using rig = deskRig();
  for (const status of ['ok', 'error', 'error', 'ok']) {
    rig.submit(
      envelope({}, ['check_in', { check_in_id: crypto.randomUUID(), monitor_slug: 'nightly', status }]),
    );
  }
  expect(rig.happened).toMatchObject([
    { kind: 'monitor', slug: 'nightly', failing: true },
    { kind: 'monitor', slug: 'nightly', failing: false },
  ]);
});

test('transactions_spans_logs_and_errors_of_a_trace_are_put_together', () => {
  using rig = deskRig();
  const trace = 'b'.repeat(32);
  const at = rig.now / 1000;
  rig.submit(
    envelope(
      {},
      [
        'transaction',
        {
          transaction: 'GET /cart',
          start_timestamp: at,
          timestamp: at + 0.2,
          contexts: { trace: { trace_id: trace, span_id: '1'.repeat(16), op: 'http.server' } },
          spans: [
            {
              trace_id: trace,
              span_id: '2'.repeat(16),
              parent_span_id: '1'.repeat(16),
              op: 'db.query',
              description: 'SELECT 1',
              start_timestamp: at,
              timestamp: at + 0.1,
            },
          ],
        },
      ],
      [
        'span',
        {
          version: 2,
          items: [
            {
              trace_id: trace,
              span_id: '3'.repeat(16),
              name: 'page',
              status: 'ok',
              is_segment: true,
              start_timestamp: at,
              end_timestamp: at + 1,
              attributes: { 'sentry.op': { type: 'string', value: 'pageload' } },
            },
          ],
        },
      ],
      ['log', { items: [{ timestamp: at, level: 'info', body: 'paid', trace_id: trace, attributes: {} }] }],
    ),
  );
  const id = rig.event({ ...thrown('TypeError', 'a', 'pay'), contexts: { trace: { trace_id: trace } } });
  expect(answer(rig.desk, { name: 'trace', trace })).toMatchObject({
    spans: [{ op: 'http.server', micros: 200_000 }, { op: 'db.query' }, { op: 'pageload', segment: true }],
    events: [{ id }],
    logs: [{ body: 'paid' }],
  });
  expect(answer(rig.desk, { name: 'slow', project: 1, from: 0 })).toMatchObject({
    rows: [{ op: 'pageload' }, { op: 'http.server' }, { op: 'db.query', name: 'SELECT ?' }],
  });
});

test('a_flood_never_takes_more_than_the_budget_and_the_newest_stays', () => {
  const keepBytes = 20_000_000;
  using rig = deskRig({ keepBytes });
  const noise = () => Buffer.from(crypto.getRandomValues(new Uint8Array(12_000))).toString('base64');
  let most = 0;
  for (let batch = 0; batch < 60; batch++) {
    rig.submitAll(
      Array.from({ length: 50 }, (_, at) =>
        envelope({}, ['event', { message: `m${at}`, extra: { noise: noise() } }]),
      ),
    );
    most = Math.max(most, rig.desk.files.bytes());
  }
  expect(most).toBeLessThan(keepBytes);
  expect(most).toBeGreaterThan(keepBytes / 2);
  const id = rig.event({ message: 'the last' });
  expect((answer(rig.desk, { name: 'event', id }) as EventDetails).head.id).toBe(id);
}, 20_000);
