/** The release command in a whole server: once per deployment, before any request, and decisive. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { answering, config, startTestServer, type TestServer } from './server.fixture.ts';

// Whole servers start here, on machines that have other work too.
setDefaultTimeout(30_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const volumes = [{ name: 'db', path: 'db' }];
/** Appends to the volume what it sees of its surroundings. */
const migrate = `require('fs').appendFileSync(process.env.WINDLASS_VOLUME_DB + '/log',
  [process.env.WINDLASS_RELEASE, process.env.PORT, process.env.GREETING, process.cwd() !== '/'].join() + '\\n');
console.log('migrated');`;
const appFiles = (release: string) => ({
  'server.js': answering,
  'migrate.js': migrate,
  'windlass.json': config({ release, volumes }),
});
const migrations = () => Bun.file(`${server.data}/volumes/shop/production/db/log`).text();

test('it_runs_once_with_the_variables_of_the_release_and_no_port_and_is_not_run_by_a_restart_or_rollback', async () => {
  await server.control.call('env.set', { app: 'shop', set: { GREETING: 'hello' } });
  const first = await server.deploy('shop', appFiles('node migrate.js'));
  expect(first.failure).toBeNull();
  expect(await migrations()).toBe('1,,hello,true\n');
  const restarted = await server.control.call('apps.restart', { app: 'shop' });
  await server.control.stream('deployments.follow', { id: restarted.id, toEnd: true }, () => {});
  await server.control.call('releases.rollback', { app: 'shop', to: 1 });
  expect(await migrations()).toBe('1,,hello,true\n');
});

test('its_failure_fails_the_deployment_with_its_last_lines_and_the_old_release_serves', async () => {
  const before = await (await server.get('shop')).text();
  const failed = await server.deploy('shop', appFiles('echo no such table; exit 3'));
  expect(failed.phase).toBe('failed');
  expect(failed.failure).toMatchObject({
    phase: 'starting',
    message: 'the release command ended with exit code 3',
    logTail: ['no such table'],
  });
  expect(await (await server.get('shop')).text()).toBe(before);
  const { environments } = await server.control.call('apps.get', { app: 'shop' });
  expect(environments[0]?.instances.map((instance) => instance.release)).not.toContain(failed.release);
});

test('it_ends_at_its_time_limit_with_everything_it_started', async () => {
  const files = appFiles('sleep 98765 & sleep 98765');
  files['windlass.json'] = config({ release: 'sleep 98765 & sleep 98765', build: { timeout: 1 }, volumes });
  const failed = await server.deploy('shop', files);
  expect(failed.failure?.message).toBe('the release command took longer than 1 s');
  expect((await Bun.$`pgrep -f "sleep 98765"`.nothrow().text()).trim()).toBe('');
});
