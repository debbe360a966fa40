import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issue } from '../../../shared/errors/contract.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { ControlClient } from '../control-client.ts';
import { removeCopies } from './copy-store.ts';
import { errorsCopyHandlers } from './errors-copy.ts';

const app = { id: 'one', app: 'shop' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'errors-copies-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const issue = (id: number, lastAt: number): Issue => ({
  ...{ id, app: 'shop', title: 'RangeError', value: `secret ${id}`, culprit: 'pay', level: 'error' },
  ...{ platform: 'node', state: { kind: 'unresolved' }, assignee: null, firstAt: 1, lastAt, events: 1 },
  ...{ users: 1, firstRelease: null, lastRelease: null, hours: [] },
});
const eventOf = (id: number, lastAt: number) => `${id}${lastAt}`.padEnd(32, 'a');

/** A server with these issues; `asked` are the methods it was asked, with what of. */
function serverWith(issues: readonly Issue[], cutAt?: string, payload = '{}') {
  const asked: string[] = [];
  const call = async (method: string, params: { id?: number | string; issue?: number }) => {
    asked.push(`${method} ${params.id ?? params.issue ?? ''}`.trim());
    if (asked.at(-1) === cutAt) throw new WindlassError('unavailable', 'the line was cut');
    const found = issues.find(
      ({ id, lastAt }) => id === params.id || id === params.issue || eventOf(id, lastAt) === params.id,
    );
    const head = {
      ...{ id: found && eventOf(found.id, found.lastAt), issue: found?.id, at: 1, level: 'error' },
      ...{ value: 'x', release: null, environment: null, url: null, trace: null, replay: null },
    };
    switch (method) {
      case 'issues.list':
        return { issues, total: issues.length };
      case 'issues.get':
        return { ...found, releases: [], tags: [], notes: [], hashes: [], feedback: [], commit: null };
      case 'events.list':
        return { events: [head] };
      default:
        return { head, payload, attachments: [], newer: null, older: null };
    }
  };
  return { asked, control: { call } as unknown as ControlClient };
}

function desk(control: ControlClient, key = 1, now = 1000) {
  const handlers = errorsCopyHandlers({
    folder,
    key: async () => Buffer.alloc(32, key),
    control: () => control,
    now: () => now,
  });
  const context = {
    signal: new AbortController().signal,
    emit() {},
    drained: async () => {},
    body: (async function* () {})(),
  };
  return {
    sync: () => handlers['errorsCopy.sync'](app, context),
    issues: () => handlers['errorsCopy.issues'](app),
    event: (event: string) => handlers['errorsCopy.event']({ ...app, event }),
  };
}

test('issues_and_their_newest_events_are_there_without_the_server_and_only_changes_are_fetched', async () => {
  const first = serverWith([issue(1, 10), issue(2, 20)]);
  expect(await desk(first.control).sync()).toEqual({ syncedAt: 1000, issues: 2 });
  const second = serverWith([issue(2, 30), issue(1, 10), issue(3, 5)]);
  const later = desk(second.control, 1, 2000);
  await later.sync();
  expect(second.asked.filter((each) => each.startsWith('issues.get'))).toEqual([
    'issues.get 2',
    'issues.get 3',
  ]);
  const held = await later.issues();
  expect([held.syncedAt, held.issues.map(({ details }) => details.id)]).toEqual([2000, [2, 1, 3]]);
  expect((await later.event(eventOf(1, 10))).head.issue).toBe(1);
  expect((await later.event(eventOf(2, 30))).head.issue).toBe(2);
  // What was the newest is not any more, and is gone.
  await expect(later.event(eventOf(2, 20))).rejects.toMatchObject({ code: 'not-found' });
});

test('a_cut_leaves_the_former_copy_and_one_without_any_says_so', async () => {
  const nothing = desk(serverWith([]).control);
  expect(await nothing.issues()).toEqual({ syncedAt: null, issues: [] });
  await desk(serverWith([issue(1, 10)]).control).sync();
  const cut = desk(serverWith([issue(1, 11), issue(2, 20)], 'issues.get 2').control, 1, 2000);
  await expect(cut.sync()).rejects.toMatchObject({ code: 'unavailable' });
  expect(await cut.issues()).toMatchObject({ syncedAt: 1000, issues: [{ details: { lastAt: 10 } }] });
});

test('nothing_of_it_can_be_read_with_another_key_and_it_goes_with_its_server', async () => {
  const mine = desk(serverWith([issue(1, 10)]).control);
  await mine.sync();
  const [server = ''] = readdirSync(folder);
  const inside = join(folder, server, readdirSync(join(folder, server))[0] ?? '');
  expect(readdirSync(inside)).toHaveLength(2);
  for (const name of readdirSync(inside)) {
    const text = readFileSync(join(inside, name), 'latin1');
    for (const word of ['secret', 'RangeError', 'shop']) expect(text).not.toContain(word);
  }
  expect((await desk(serverWith([]).control, 2).issues()).syncedAt).toBeNull();
  await removeCopies(folder, app.id);
  expect((await mine.issues()).syncedAt).toBeNull();
});

test('an_event_that_is_very_large_stays_on_the_server', async () => {
  const mine = desk(serverWith([issue(1, 10)], undefined, 'x'.repeat(600_000)).control);
  await mine.sync();
  expect((await mine.issues()).issues).toHaveLength(1);
  await expect(mine.event(eventOf(1, 10))).rejects.toMatchObject({ code: 'not-found' });
});
