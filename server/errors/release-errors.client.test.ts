/** A real SDK in an app whose new release throws: the deployer hears of it, and acts as the owner said. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';
import type { Deployment } from '../../shared/deployer/model.ts';
import { clientsFolder, type FileRig, startFile } from './file-rig.ts';

let rig: FileRig;
let sdk: string;

beforeAll(async () => {
  rig = await startFile();
  // Its package in one file, as a bundler of an app would have it.
  const folder = await rig.folder();
  const entry = join(clientsFolder, 'app', 'counter-app.mjs');
  const built = await Bun.build({ entrypoints: [entry], target: 'bun', outdir: folder });
  if (!built.success) throw new Error(built.logs.join('\n'));
  sdk = await Bun.file(join(folder, 'counter-app.js')).text();
}, 60_000);

afterAll(() => rig.stop());

/** `breaks`: every request is answered with 200, after the SDK was told of an error. */
async function deploy(app: string, breaks: boolean, errors: 'warn' | 'rollback') {
  const folder = await rig.folder();
  await Bun.write(join(folder, 'server.js'), sdk);
  if (breaks) await Bun.write(join(folder, 'breaks'), '');
  const config = { start: 'bun server.js', health: { path: '/health', watch: 5, errors } };
  await Bun.write(join(folder, 'windlass.json'), JSON.stringify(config));
  await rig.deploy(app, folder);
}

const ask = async (app: string, times: number) => {
  const answers = new Set<string>();
  for (let at = 0; at < times; at++) {
    const answer = await fetch(`http://127.0.0.1:${rig.port}/pay`, {
      headers: { host: `${app}.localhost` },
    });
    answers.add(`${answer.status} ${await answer.text()}`);
  }
  return [...answers];
};

async function newest(app: string): Promise<Deployment> {
  const [deployment] = (await rig.control.call('deployments.list', { app, limit: 1 })).deployments;
  if (deployment === undefined) throw new Error('nothing was deployed');
  return deployment;
}

async function until(app: string, done: (deployment: Deployment) => boolean): Promise<Deployment> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const deployment = await newest(app);
    if (done(deployment)) return deployment;
    if (performance.now() > deadline) throw new Error(`it is still ${JSON.stringify(deployment)}`);
    await Bun.sleep(50);
  }
}

test('a_release_whose_sdk_reports_a_new_error_is_rolled_back_and_the_reason_names_issue_and_figures', async () => {
  await deploy('shop', false, 'rollback');
  expect(await ask('shop', 30)).toEqual(['200 paid']);
  await until('shop', ({ phase }) => phase === 'live');
  await deploy('shop', true, 'rollback');
  expect(await ask('shop', 30)).toEqual(['200 sorry']);

  const deployment = await until('shop', ({ phase }) => phase !== 'watching');
  expect(deployment.phase).toBe('rolled-back');
  const { issues } = await rig.control.call('issues.list', { app: 'shop' });
  expect(issues).toMatchObject([{ title: 'RangeError', firstRelease: 'shop@2' }]);
  expect(deployment.failure?.message).toMatch(
    new RegExp(
      String.raw`^\d\d errors were reported in 3\d requests, 0 in 3\d of release 1; most often issue ${issues[0]?.id}, RangeError: order 41 cannot be paid \(\d\d times, new with this release\)$`,
    ),
  );
  expect(await ask('shop', 1)).toEqual(['200 paid']);
}, 60_000);

test('without_a_word_of_the_owner_it_stays_and_the_deployment_says_what_is_wrong', async () => {
  await deploy('blog', false, 'warn');
  await ask('blog', 30);
  await until('blog', ({ phase }) => phase === 'live');
  await deploy('blog', true, 'warn');
  await ask('blog', 30);

  const warned = await until('blog', ({ warning }) => warning != null);
  expect(warned.warning).toContain('RangeError: order 41 cannot be paid');
  const settled = await until('blog', ({ phase }) => phase !== 'watching');
  expect(settled).toMatchObject({ phase: 'live', failure: null, warning: warned.warning });
  const { incidents } = await rig.control.call('incidents.list', {});
  expect(incidents.map(({ kind }) => kind)).toContain('deployment.errors');
}, 60_000);
