/** One-off and scheduled commands in a whole server, through the command line. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { answering, config, startTestServer, type TestServer, until } from './server.fixture.ts';

// Whole servers start here, on machines that have other work too.
setDefaultTimeout(30_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.control.call('env.set', { app: 'shop', set: { SECRET: 'hunter2-very-secret' } });
  const cron = [
    { name: 'tidy', schedule: '0 3 * * *', command: 'echo $SECRET; node tidy.js; exit 4' },
    { name: 'long', schedule: '0 4 * * *', command: 'sleep 87654 & sleep 87654' },
  ];
  const deployed = await server.deploy('shop', {
    'server.js': answering,
    'tidy.js': "console.log('tidied ' + process.env.WINDLASS_RELEASE + ' ' + process.env.PORT)",
    'windlass.json': config({ cron }),
  });
  expect(deployed.failure).toBeNull();
});
afterAll(() => server.stop());

const leftovers = async (text: string) => (await Bun.$`pgrep -f ${text}`.nothrow().text()).trim();

test('run_prints_what_the_command_prints_and_exits_as_it_exits', async () => {
  const script = 'echo out; echo err >&2; echo "$WINDLASS_APP $WINDLASS_RELEASE [$PORT]"; exit 7';
  const { code, out } = await server.cli('run', 'shop', '--', 'sh', '-c', script);
  expect(out).toBe('out\nerr\nshop 1 []\n');
  expect(code).toBe(7);
  expect((await server.cli('run', 'shop', '--', 'no-such-program')).code).toBe(1);
  expect((await server.cli('run', 'shop')).code).toBe(2);
});

test('the_connection_takes_the_command_with_it', async () => {
  const abort = new AbortController();
  const running = server.control.stream(
    'commands.run',
    { app: 'shop', argv: ['sh', '-c', 'echo ready; sleep 76543 & sleep 76543'] },
    () => abort.abort(),
    abort.signal,
  );
  await expect(running).rejects.toThrow();
  await until(async () => (await leftovers('sleep 76543')) === '');
});

test('a_folder_of_files_runs_nothing_and_says_so', async () => {
  await server.deploy('pages', { 'index.html': 'hi' });
  const { code, err } = await server.cli('run', 'pages', '--', 'ls');
  expect(code).toBe(1);
  expect(err).toContain('is a folder of files and runs nothing');
});

test('a_scheduled_command_runs_by_hand_with_its_output_in_logs_and_history_and_no_secret_in_either', async () => {
  const ran = await server.cli('cron', 'shop', 'run', 'tidy');
  expect(ran.code).toBe(1);
  expect(ran.out).toContain('tidied 1 undefined');
  expect(ran.err).toContain('tidy: failed (exit code 4)');
  const { runs } = await server.control.call('cron.history', { app: 'shop' });
  expect(runs).toMatchObject([{ name: 'tidy', state: 'failed', code: 4, release: 1, cause: 'hand' }]);
  expect(runs[0]?.tail.at(-1)).toBe('tidied 1 undefined');
  const logs = await server.cli('logs', 'shop');
  expect(logs.out).toContain('cron-tidy r1');
  expect(ran.out + JSON.stringify(runs) + logs.out).not.toContain('hunter2');
  const list = await server.cli('cron', 'shop');
  expect(list.out).toContain('0 3 * * *');
});

test('a_run_that_a_crash_of_the_server_cut_off_is_told_as_interrupted_and_not_run_again', async () => {
  const cut = server.control.stream('cron.run', { app: 'shop', name: 'long' }, () => {}).catch(() => 'cut');
  await until(() => leftovers('sleep 87654'));
  await server.restart('SIGKILL');
  expect(await cut).toBe('cut');
  const run = await until(async () => {
    const { runs } = await server.control.call('cron.history', { app: 'shop', name: 'long' });
    return runs.find((each) => each.state === 'interrupted');
  });
  expect(run.exit).toBe('the server ended in the middle of it');
  expect(await leftovers('sleep 87654')).toBe('');
});

test('a_schedule_that_cannot_be_fails_the_deployment_with_its_name', async () => {
  const cron = [{ name: 'odd', schedule: '99 * * * *', command: 'x' }];
  const failed = await server.deploy('shop', { 'server.js': answering, 'windlass.json': config({ cron }) });
  expect(failed.failure?.message).toContain('cron "odd"');
});
