/** A folder that is a git checkout is deployed twice; the second brings an error, and its commit is named. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import { envelope } from './desk-rig.ts';
import { type FileRig, startFile } from './file-rig.ts';

let rig: FileRig;
beforeAll(async () => {
  rig = await startFile();
}, 60_000);
afterAll(() => rig.stop());

test('the_commit_since_the_last_release_that_touched_the_file_is_the_suspect_and_its_page_request_is_shown', async () => {
  const folder = await rig.folder();
  const git = (...args: string[]) =>
    Bun.$`git -c user.name=Ann -c user.email=ann@example.com -C ${folder} ${args}`.quiet().text();
  const commit = async (file: string, text: string, message: string) => {
    await Bun.write(join(folder, file), text);
    await git('add', '.');
    await git('commit', '-m', message);
    return (await git('rev-parse', 'HEAD')).trim();
  };
  await git('init');
  await commit('index.html', '<p>shop</p>', 'Begin');
  await commit('src/pay.js', '1', 'Add paying');
  await rig.deploy('shop', folder);
  const suspect = await commit('src/pay.js', '2', 'Pay faster');
  await commit('README.md', 'shop', 'Say what it is');
  await rig.deploy('shop', folder);

  const dsn = new URL((await rig.control.call('errors.project', { app: 'shop' })).dsn ?? '');
  const id = crypto.randomUUID().replaceAll('-', '');
  const frames = [
    { filename: '/app/src/pay.js', function: 'pay', lineno: 1, in_app: true },
    { filename: '/app/node_modules/bank/index.js', function: 'charge', lineno: 1, in_app: false },
  ];
  const values = [{ type: 'TypeError', value: 'x', stacktrace: { frames } }];
  const request = { url: `http://shop.localhost:${rig.port}/` };
  const event = { platform: 'node', release: 'shop@2', request, exception: { values } };
  const page = await fetch(`http://127.0.0.1:${rig.port}/`, { headers: { host: 'shop.localhost' } });
  expect(page.status).toBe(200);
  const answer = await fetch(
    `http://127.0.0.1:${rig.port}/.windlass/api/${dsn.pathname.split('/').at(-1)}/envelope/?sentry_key=${dsn.username}`,
    {
      method: 'POST',
      headers: { host: 'shop.localhost' },
      body: envelope({ event_id: id }, ['event', event]),
    },
  );
  expect(answer.status).toBe(200);
  const { head } = await rig.control.call('events.get', { id });
  const issue = await rig.control.call('issues.get', { id: head.issue });
  const around = await rig.control.call('events.around', { id });
  expect(around.requests).toMatchObject({ tied: 'client', rows: [{ path: '/', status: 200, same: true }] });
  expect(around).toMatchObject({ visit: null, calls: [] });
  expect(issue.suspects).toEqual([
    { id: suspect, author: 'Ann', at: expect.any(Number), subject: 'Pay faster', file: 'src/pay.js' },
  ]);
}, 60_000);
