/** Sentry's own clients for servers, unmodified, as an app runs them: what they send is found again, whole. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { clientsFolder, type FileRig, runToEnd, startFile } from './file-rig.ts';

let rig: FileRig;
let dsn: string;
const app = join(clientsFolder, 'app');

beforeAll(async () => {
  rig = await startFile();
  const folder = await rig.folder();
  await Bun.write(join(folder, 'index.html'), '<p>shop</p>');
  await rig.deploy('shop', folder);
  dsn = (await rig.control.call('errors.project', { app: 'shop' })).dsn ?? '';
}, 60_000);

afterAll(() => rig.stop());

async function runSdk(sdk: string, runtime: readonly string[] = ['node']) {
  const env = {
    ...process.env,
    SDK: sdk,
    SENTRY_DSN: dsn,
    SENTRY_RELEASE: `shop@${sdk}`,
    SENTRY_ENVIRONMENT: 'production',
  };
  const ran = await runToEnd([...runtime, join(app, 'throws.mjs')], { cwd: app, env });
  expect(ran).toMatchObject({ code: 0 });
  const { issues } = await rig.control.call('issues.list', { app: 'shop', release: `shop@${sdk}` });
  const issue = issues.find(({ title }) => title === 'RangeError');
  const { events } = await rig.control.call('events.list', { issue: issue?.id ?? 0 });
  const head = events.find(({ release }) => release === `shop@${sdk}`);
  const event = await rig.control.call('events.get', { id: head?.id ?? '' });
  return { issues, issue, head, payload: JSON.parse(event.payload) };
}

interface Client {
  sdk: string;
  messages: boolean;
  spans: boolean;
  runtime?: readonly string[];
}

const raven: Client = { sdk: 'raven', messages: false, spans: false };
const clients: readonly Client[] = [
  { sdk: '@sentry/node', messages: true, spans: true },
  { sdk: 'sentry-node-10', messages: true, spans: true },
  { sdk: 'sentry-node-8', messages: true, spans: true },
  { sdk: 'sentry-node-7', messages: true, spans: true },
  { sdk: '@sentry/bun', messages: true, spans: true, runtime: [process.execPath] },
  raven,
];

test.each([...clients])(
  'what_$sdk_sends_is_found_again_whole_in_one_issue',
  async ({ sdk, messages, spans, runtime }) => {
    const { issue, head, issues, payload } = await runSdk(sdk, runtime);
    expect(issue).toMatchObject({ title: 'RangeError', value: 'order 41 cannot be paid', level: 'error' });
    expect(payload.tags).toMatchObject({ sdk });
    const exception = (Array.isArray(payload.exception) ? payload.exception : payload.exception.values)[0];
    expect(exception.stacktrace.frames.at(-1)).toMatchObject({
      function: expect.stringContaining('chargeCard'),
    });
    expect(head).toMatchObject({ release: `shop@${sdk}`, environment: 'production' });
    if (messages) expect(issues.map(({ title }) => title)).toContain('a message');
    if (spans) {
      if (head?.trace == null) throw new Error('the event has no trace');
      const trace = await rig.control.call('traces.get', { trace: head.trace });
      expect(trace.spans).toContainEqual(
        expect.objectContaining({ op: 'http.server', name: 'GET /pay', segment: true }),
      );
      expect(trace.events.map(({ id }) => id)).toContain(head.id);
    }
  },
);

test('every_version_found_the_same_bug_in_the_same_issue', async () => {
  const { issues } = await rig.control.call('issues.list', { app: 'shop', search: 'RangeError' });
  const ids = await Promise.all(
    clients
      .filter(({ sdk }) => sdk.includes('node'))
      .map(async ({ sdk }) => {
        const found = await rig.control.call('issues.list', {
          app: 'shop',
          release: `shop@${sdk}`,
          search: 'RangeError',
        });
        return found.issues.map(({ id }) => id).join();
      }),
  );
  expect(new Set(ids).size).toBe(1);
  expect(issues.reduce((sum, { events }) => sum + events, 0)).toBe(clients.length);
});

test('log_lines_are_with_their_trace', async () => {
  const { events } = await rig.control.call('events.list', {
    issue:
      (
        await rig.control.call('issues.list', {
          app: 'shop',
          release: 'shop@@sentry/node',
          search: 'RangeError',
        })
      ).issues[0]?.id ?? 0,
  });
  const trace = events.find(({ release }) => release === 'shop@@sentry/node')?.trace ?? '';
  const bodies = (await rig.control.call('traces.get', { trace })).logs.map(({ body }) => body);
  expect(bodies).toEqual(['not paid']);
});

test('check_ins_and_feedback_arrive_too', async () => {
  const { monitors } = await rig.control.call('errors.monitors', { app: 'shop' });
  expect(monitors).toMatchObject([{ slug: 'nightly', state: 'ok' }]);
  const { dropped } = await rig.control.call('errors.project', { app: 'shop' });
  expect(dropped.filter(({ by }) => by === 'server')).toEqual([]);
});
