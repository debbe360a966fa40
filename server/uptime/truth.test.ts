/** No false incident and no lost one: restarts, lying names, dependencies, a network that is gone. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { checkSettings } from '../../shared/uptime/check.ts';
import { destination } from './destination.ts';
import { createMaintenanceStore } from './maintenance-store.ts';
import { createMonitor } from './monitor.ts';
import { openRoom, type Room, until, view } from './room.fixture.ts';

let room: Room;
let status = 200;
let server: ReturnType<typeof Bun.serve>;
beforeEach(async () => {
  status = 200;
  server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('', { status }) });
  room = await openRoom();
});
afterEach(async () => {
  await room.close();
  server.stop(true);
});

const target = () => ({
  kind: 'http' as const,
  ...{ url: `http://127.0.0.1:${server.port}/`, method: 'GET' as const, headers: {}, follow: false },
  expect: { status: '200-399' },
});

test('a_restart_in_the_middle_of_an_incident_neither_loses_nor_doubles_it', async () => {
  const id = await room.add(target());
  status = 500;
  await room.attempts(id, 3);
  expect(room.told).toHaveLength(1);
  await room.restart();
  expect((await view(room, id)).status).toBe('down');
  await room.attempts(id, 3);
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  expect(room.told).toHaveLength(1);
  status = 200;
  await room.restart();
  await room.attempts(id, 2);
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
  expect(room.told.map((each) => each.split(' ')[0])).toEqual(['opened', 'resolved']);
});

test('a_restart_in_the_middle_of_a_doubt_begins_to_count_anew', async () => {
  const id = await room.add(target());
  await room.attempts(id, 1);
  status = 500;
  await room.attempts(id, 2);
  await room.restart();
  await room.attempts(id, 2);
  expect(room.told).toEqual([]);
  await room.attempts(id, 1);
  expect(room.told).toHaveLength(1);
});

test('a_name_that_leads_inside_is_not_connected_to_and_is_no_incident', async () => {
  let reached = 0;
  server.reload({ fetch: () => new Response(String(reached++)) });
  // The system's own resolver says 127.0.0.1 for this name, as a resolver that lies would.
  const url = `http://localhost:${server.port}/`;
  const id = await room.add({ ...target(), url }, { allowPrivate: false });
  const outcomes = await room.attempts(id, 5);
  expect(outcomes[0]).toStartWith('unsure: localhost is at ');
  expect(reached).toBe(0);
  expect(await room.incidents()).toEqual({ open: 0, all: 0 });
  const redirect = await room.add({ ...target(), follow: true, url: `http://127.0.0.1:${server.port}/` });
  server.reload({ fetch: () => Response.redirect('http://169.254.169.254/latest/meta-data/', 302) });
  expect((await room.attempts(redirect, 1))[0]).toContain('which this check is not allowed to reach');
});

test('a_name_that_does_not_exist_is_down_and_an_own_address_is_refused', async () => {
  const context = { allowPrivate: false, timeoutMs: 3000, signal: new AbortController().signal };
  expect(await destination('[::ffff:10.0.0.1]', context)).toMatchObject({
    kind: 'none',
    outcome: { kind: 'unsure' },
  });
  expect((await destination('8.8.8.8', context)).kind).toBe('address');
});

test('forty_checks_behind_one_server_are_one_incident', async () => {
  const parent = await room.add(target(), { failures: 1, name: 'server' });
  const children = [];
  for (let index = 0; index < 40; index++) {
    children.push(
      await room.add({ ...target(), headers: { 'X-N': `${index}` } }, { dependsOn: parent, failures: 1 }),
    );
  }
  await Promise.all([parent, ...children].map((id) => room.attempts(id, 1)));
  status = 500;
  // The children are looked at first, and ask for the parent.
  await Promise.all(children.map((id) => room.attempts(id, 2)));
  await room.attempts(parent, 1);
  await Promise.all(children.map((id) => room.attempts(id, 2)));
  await until(() => room.told.length > 0);
  expect(room.told).toEqual(['opened server: it answered 500']);
  // What is still down once the server is back is an incident of its own.
  status = 200;
  await room.attempts(parent, 2);
  status = 500;
  await room.attempts(children[0] ?? 0, 1);
  expect(room.told.filter((each) => each.startsWith('opened'))).toHaveLength(2);
}, 30_000);

test('when_nothing_outside_answers_any_more_that_is_told_and_not_each', async () => {
  const told: string[] = [];
  let next = 1;
  const monitor = createMonitor({
    clock: room.kernel.clock,
    store: room.kernel.store,
    events: { on: () => () => {}, emit: (_name, event) => void told.push(JSON.stringify(event)) },
    apps: { find: () => null },
    stored: {
      all: () => [],
      add: (settings, given) => ({ ...settings, id: next++, given }),
      set: (id, settings) => ({ ...settings, id, given: false }),
      setState: () => {},
      remove: () => {},
    },
    maintenance: createMaintenanceStore(room.kernel.store),
    history: { add: () => {}, forget: () => {} },
    isOpen: () => false,
    outside: () => [],
    hurry: () => {},
    later: () => () => {},
  });
  const settings = checkSettings.parse({
    name: 'x',
    target: { kind: 'tcp', host: 'a.example', port: 1 },
    failures: 2,
  });
  const checks = Array.from({ length: 5 }, () => monitor.add(settings, false));
  const round = (ups: number, at: number) => {
    for (const [index, check] of checks.entries()) {
      const outcome =
        index < ups
          ? { kind: 'up' as const, ms: 1, detail: null }
          : { kind: 'down' as const, ms: null, why: 'no answer' };
      monitor.result(check, outcome, at);
    }
  };
  round(5, 1);
  for (let at = 2; at < 9; at++) round(0, at);
  const subjects = () => told.map((each) => `${JSON.parse(each).state} ${JSON.parse(each).subject}`);
  expect(new Set(subjects())).toEqual(new Set(['opened uptime:outside']));
  expect(monitor.views().every(({ status }) => status === 'down')).toBe(true);
  // As soon as some answer, those that still do not are meant.
  round(4, 9);
  round(4, 10);
  expect(subjects().filter((each) => !each.startsWith('opened uptime'))).toEqual([
    'resolved uptime:outside',
    'opened check:5',
  ]);
});

test('a_maintenance_keeps_quiet_and_what_is_down_after_it_is_told', async () => {
  const id = await room.add(target());
  await room.attempts(id, 1);
  const now = Date.now();
  const window = {
    id: 0,
    title: 'disks',
    checks: [id],
    when: { kind: 'once' as const, from: now - 1000, to: now + 3_600_000 },
  };
  const set = await room.handlers['maintenance.set']({ maintenance: window }, room.signal);
  status = 500;
  await room.attempts(id, 5);
  expect((await view(room, id)).status).toBe('maintenance');
  expect(room.told).toEqual([]);
  expect(
    (await room.handlers['checks.beats']({ ids: [id], span: '24h', times: true }, room.signal)).beats[0]
      ?.uptime,
  ).toBe(100);
  await room.handlers['maintenance.remove']({ id: set.maintenance.id }, room.signal);
  await room.attempts(id, 3);
  expect(room.told).toHaveLength(1);
});

test('an_incident_is_told_by_its_timeline', async () => {
  const id = await room.add(target());
  status = 500;
  await room.attempts(id, 3);
  const [open] = (await room.handlers['incidents.list']({ open: true, limit: 10 }, room.signal)).incidents;
  const incident = open?.id ?? 0;
  const acknowledged: string[] = [];
  room.kernel.events.on('notice.acknowledged', ({ subject }) => acknowledged.push(subject));
  await room.handlers['incidents.acknowledge']({ id: incident, by: 'Kim' }, room.signal);
  await room.handlers['incidents.note'](
    { id: incident, by: 'Kim', text: 'A disk', publish: true },
    room.signal,
  );
  expect(() => room.handlers['incidents.acknowledge']({ id: incident, by: 'Lou' }, room.signal)).toThrow(
    'takes care',
  );
  status = 200;
  await room.attempts(id, 2);
  const { timeline, incident: over } = await room.handlers['incidents.get']({ id: incident }, room.signal);
  expect(timeline.map(({ kind, by }) => `${kind} ${by}`)).toEqual([
    'opened null',
    'acknowledged Kim',
    'note Kim',
    'resolved null',
  ]);
  expect(over).toMatchObject({ state: 'resolved', acknowledgedBy: 'Kim' });
  expect(acknowledged).toEqual([`check:${id}`]);
  expect(() => room.handlers['incidents.resolve']({ id: incident, by: 'Kim' }, room.signal)).toThrow(
    'already',
  );
});

test('what_other_features_open_and_resolve_has_an_incident_too', async () => {
  const notice = (state: 'opened' | 'resolved' | 'news') =>
    room.kernel.events.emit('notice', {
      ...{
        kind: 'disk.full',
        subject: 'disk',
        state,
        severity: 'warning',
        title: 'The disk fills',
        text: '',
      },
      ...{ app: null, environment: null, release: null, at: Date.now() },
    });
  notice('news');
  expect(await room.incidents()).toEqual({ open: 0, all: 0 });
  notice('opened');
  notice('opened');
  expect(await room.incidents()).toEqual({ open: 1, all: 1 });
  notice('resolved');
  notice('resolved');
  expect(await room.incidents()).toEqual({ open: 0, all: 1 });
});

test('incidents_of_an_app_end_when_it_is_removed_and_those_of_others_stay', async () => {
  for (const app of ['shop', 'blog']) {
    room.kernel.events.emit('notice', {
      ...{ kind: 'deployment.failed', subject: `deployment.failed:${app}/production`, state: 'opened' },
      ...{ severity: 'critical', title: `a deployment of ${app} failed`, text: '', at: Date.now() },
      ...{ app, environment: 'production', release: null },
    });
  }
  room.kernel.events.emit('app.removed', { app: 'shop' });
  expect(await room.incidents()).toEqual({ open: 1, all: 2 });
  expect(room.notices.at(-1)).toMatchObject({ state: 'resolved', app: 'shop', text: 'shop was removed' });
});

test('a_check_cannot_depend_on_itself_nor_last_longer_than_its_interval', async () => {
  const first = await room.add(target());
  const second = await room.add(target(), { dependsOn: first });
  const { status: _status, since: _since, ...check } = await view(room, first);
  const set = (change: object) => async () =>
    room.handlers['checks.set']({ ...check, ...change }, room.signal);
  await expect(set({ dependsOn: second })()).rejects.toMatchObject({ code: 'invalid' });
  await expect(set({ everySeconds: 5, timeoutSeconds: 10 })()).rejects.toMatchObject({ code: 'invalid' });
  await expect(
    set({ target: { kind: 'app', app: 'shop', environment: 'production' } })(),
  ).rejects.toMatchObject({
    code: 'invalid',
  });
});
