/** Sentry's own uploaders, unmodified: `sentry-cli` 3 and 2, and the plugins for Vite of both generations. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { clientsFolder, type FileRig, runToEnd, startFile } from './file-rig.ts';

let rig: FileRig;
let dsn: string;
let token: string;
let url: string;
let home: string;

beforeAll(async () => {
  rig = await startFile();
  home = await rig.folder();
  const folder = await rig.folder();
  await Bun.write(join(folder, 'index.html'), '<p>shop</p>');
  await rig.deploy('shop', folder);
  dsn = (await rig.control.call('errors.project', { app: 'shop' })).dsn ?? '';
  ({ token, url } = await rig.control.call('errors.token', { app: 'shop' }));
}, 60_000);

afterAll(() => rig.stop());

function environment(more: Record<string, string> = {}) {
  return {
    ...process.env,
    // What an earlier run remembered of its server must not count.
    HOME: home,
    SENTRY_URL: url,
    SENTRY_AUTH_TOKEN: token,
    SENTRY_ORG: 'windlass',
    SENTRY_PROJECT: 'shop',
    SENTRY_DSN: dsn,
    SENTRY_DISABLE_UPDATE_CHECK: '1',
    ...more,
  };
}

/** With Vite; answers the script's name and its text. */
async function buildPage(more: Record<string, string>) {
  const out = await rig.folder();
  const page = join(clientsFolder, 'page');
  const ran = await runToEnd(['node', join(page, 'build.mjs')], {
    cwd: page,
    env: environment({ OUT: out, ...more }),
  });
  const script = (await readdir(join(out, 'assets'))).find((name) => name.endsWith('.js')) ?? '';
  return { out, script, ran, text: await Bun.file(join(out, 'assets', script)).text() };
}

/** An error at the place where `needle` is in the built script, sent as a browser's SDK sends it. */
async function report(
  script: string,
  text: string,
  needle: string,
  debugId: string | null,
  release?: string,
) {
  const at = text.indexOf(needle);
  const line = text.slice(0, at).split('\n').length;
  const column = at - text.lastIndexOf('\n', at - 1);
  const file = `https://shop.example/assets/${script}`;
  const id = crypto.randomUUID().replaceAll('-', '');
  const event = {
    event_id: id,
    platform: 'javascript',
    release,
    exception: {
      values: [
        {
          type: 'RangeError',
          value: 'x',
          stacktrace: {
            frames: [
              { filename: file, abs_path: file, function: 'a', lineno: line, colno: column, in_app: true },
            ],
          },
        },
      ],
    },
    ...(debugId === null
      ? {}
      : { debug_meta: { images: [{ type: 'sourcemap', code_file: file, debug_id: debugId }] } }),
  };
  const key = new URL(dsn).username;
  const answer = await fetch(`${url}api/1/store/?sentry_key=${key}`, {
    method: 'POST',
    body: JSON.stringify(event),
  });
  expect(answer.status).toBe(200);
  const found = await rig.control.call('events.get', { id });
  return JSON.parse(found.payload).exception.values[0].stacktrace.frames[0];
}

const original = {
  filename: expect.stringMatching(/shop\.js$/),
  lineno: 4,
  context_line: expect.stringContaining('throw new RangeError'),
};
const debugIdOf = (text: string) => /(?:debugId=|sentry-dbid-)([0-9a-f-]{36})/.exec(text)?.[1] ?? null;

const plugins = ['@sentry/vite-plugin', 'sentry-vite-plugin-5'];

test.each(plugins)('what_%s_uploads_shows_the_original_place', async (plugin) => {
  const { script, text, ran } = await buildPage({
    BUILD: plugin,
    PLUGIN: plugin,
    PLUGIN_URL: url,
    PLUGIN_RELEASE: `shop@${plugin}`,
  });
  expect(ran).toMatchObject({ code: 0 });
  const debugId = debugIdOf(text);
  expect(debugId).not.toBeNull();
  expect(await report(script, text, 'RangeError(', debugId)).toMatchObject(original);
});

const clis = [
  { name: '3', file: '@sentry/cli' },
  { name: '2', file: 'sentry-cli-2' },
];

test.each(clis)('sentry_cli_$name_does_what_people_use_it_for', async ({ name, file }) => {
  const sources = await rig.folder();
  const git = async (...args: string[]) =>
    (
      await Bun.$`git -c user.name=Ann -c user.email=ann@example.com -C ${sources} ${args}`.quiet().text()
    ).trim();
  /** Two commits, of which the second touches what the page throws in. */
  const repository = async () => {
    await git('init');
    await Bun.write(join(sources, 'README.md'), 'shop');
    await git('add', '.');
    await git('commit', '-m', 'Begin');
    await Bun.write(join(sources, 'src/shop.js'), 'pay();');
    await git('add', '.');
    await git('commit', '-m', `Let people pay with version ${name}`);
    return git('rev-parse', 'HEAD');
  };
  const cli = async (...args: string[]) => {
    const ran = await runToEnd([join(clientsFolder, 'node_modules', file, 'bin/sentry-cli'), ...args], {
      env: environment(),
      cwd: sources,
    });
    if (ran.code !== 0) throw new Error(`sentry-cli ${args.join(' ')}:\n${ran.output}`);
    return ran.output;
  };
  expect(await cli('info')).toContain('windlass');
  const release = `shop@cli-${name}`;
  await cli('releases', 'new', release);
  const commit = await repository();
  await cli('releases', 'set-commits', release, '--local', '--ignore-missing');
  await cli('releases', 'finalize', release);
  expect(await cli('releases', 'list')).toContain(release);

  const { out, script } = await buildPage({ BUILD: `cli ${name}` });
  await cli('sourcemaps', 'inject', out);
  await cli('sourcemaps', 'upload', '--release', release, '--wait', out);
  const text = await Bun.file(join(out, 'assets', script)).text();
  const debugId = debugIdOf(text);
  expect(debugId).not.toBeNull();
  expect(await report(script, text, 'RangeError(', debugId)).toMatchObject(original);

  const id = crypto.randomUUID().replaceAll('-', '');
  const frame = { filename: '/app/src/shop.js', function: 'pay', lineno: 1, in_app: true };
  const values = [{ type: `Version${name}Error`, value: 'x', stacktrace: { frames: [frame] } }];
  const sent = await fetch(`${url}api/1/store/?sentry_key=${new URL(dsn).username}`, {
    method: 'POST',
    body: JSON.stringify({ event_id: id, platform: 'node', release, exception: { values } }),
  });
  expect(sent.status).toBe(200);
  const { head } = await rig.control.call('events.get', { id });
  const { suspects } = await rig.control.call('issues.get', { id: head.issue });
  expect(suspects).toMatchObject([
    { id: commit, author: 'Ann', subject: `Let people pay with version ${name}`, file: 'src/shop.js' },
  ]);

  await cli('monitors', 'run', `job-${name}`, '--', 'true');
  const { monitors } = await rig.control.call('errors.monitors', { app: 'shop' });
  expect(monitors).toContainEqual(expect.objectContaining({ slug: `job-${name}`, state: 'ok' }));
  await cli('send-event', '--message', `sent by version ${name === '3' ? 'three' : 'two'}`);
  const { issues } = await rig.control.call('issues.list', { app: 'shop', search: 'sent by version' });
  expect(issues.length).toBeGreaterThan(0);
});

test('a_token_of_nobody_is_refused', async () => {
  for (const path of ['', 'organizations/windlass/chunk-upload/', 'organizations/windlass/releases/']) {
    const answer = await fetch(`${url}api/0/${path}`, { headers: { authorization: 'Bearer wlt_nobody' } });
    expect(answer.status).toBe(401);
  }
});
