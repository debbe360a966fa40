/** A terminal in a whole server: typed into, resized, ended with its reader. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { answering, config, startTestServer, type TestServer, until } from './server.fixture.ts';

setDefaultTimeout(30_000);
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const files = { 'server.js': answering, 'windlass.json': config({}) };
  expect((await server.deploy('shop', files)).failure).toBeNull();
});
afterAll(() => server.stop());

const openTerminal = (argv: string[], signal?: AbortSignal) => {
  let id = '';
  let shown = '';
  const ended = server.control.stream(
    'terminals.open',
    { app: 'shop', argv, columns: 90, rows: 20 },
    (event) => {
      if (event.kind === 'opened') id = event.id;
      else shown += Buffer.from(event.base64, 'base64').toString();
    },
    signal,
  );
  const write = (text: string) =>
    server.control.call('terminals.write', { id, base64: Buffer.from(text).toString('base64') });
  const sees = (text: string) => until(() => shown.includes(text));
  return { ended, write, sees, id: () => id };
};

test('what_is_typed_is_seen_the_size_is_told_and_the_shell_ends_with_its_code', async () => {
  const terminal = openTerminal(['sh', '-c', 'echo ready $WINDLASS_APP; exec sh -i']);
  await terminal.sees('ready shop');
  await terminal.write('stty size; echo $((40+2))\n');
  await terminal.sees('20 90');
  await terminal.sees('42');
  await server.control.call('terminals.resize', { id: terminal.id(), columns: 100, rows: 30 });
  await terminal.write('stty size\n');
  await terminal.sees('30 100');
  await terminal.write('exit 5\n');
  expect(await terminal.ended).toMatchObject({ code: 5, signal: null });
  await expect(terminal.write('x')).rejects.toThrow('this terminal is closed');
});

test('a_reader_that_goes_away_takes_the_shell_and_what_it_started_along', async () => {
  const abort = new AbortController();
  const terminal = openTerminal(['sh', '-c', 'echo ready; sleep 34567 & sleep 34567'], abort.signal);
  await terminal.sees('ready');
  abort.abort();
  await expect(terminal.ended).rejects.toThrow();
  await until(async () => (await Bun.$`pgrep -f ${'sleep 34567'}`.nothrow().text()).trim() === '');
});

test('the_verb_passes_keys_through_so_that_ctrl_c_ends_what_runs_in_the_shell_and_not_the_shell', async () => {
  let shown = '';
  const main = `${import.meta.dir}/../../main.ts`;
  const verb = Bun.spawn([process.execPath, main, 'shell', 'shop', '--', 'sh', '-i'], {
    env: { ...process.env, WINDLASS_SOCKET: `${server.data}/control.sock`, TERM: 'xterm' },
    terminal: { cols: 80, rows: 24, data: (_terminal, bytes) => (shown += Buffer.from(bytes).toString()) },
  });
  const type = (text: string) => verb.terminal?.write(text);
  await until(() => /[#$>] $/.test(shown));
  type('echo $((20+22)) $WINDLASS_RELEASE $TERM; echo begun; sleep 23456\r');
  await until(() => shown.includes('42 1 xterm') && /begun\r+\n/.test(shown));
  await until(async () => (await Bun.$`pgrep -f ${'sleep 23456'}`.nothrow().text()).trim() !== '');
  type('\x03');
  await until(async () => (await Bun.$`pgrep -f ${'sleep 23456'}`.nothrow().text()).trim() === '');
  expect(verb.exitCode).toBeNull();
  type('exit 3\r');
  expect(await verb.exited).toBe(3);
  verb.terminal?.close();
});

test('a_shell_without_a_terminal_is_wrong_usage', async () => {
  const { code, err } = await server.cli('shell', 'shop');
  expect(code).toBe(2);
  expect(err).toContain('a shell needs a terminal');
});

test('what_is_typed_before_the_shell_is_there_waits_for_it', async () => {
  const typed = Promise.withResolvers<unknown>();
  let shown = '';
  const ended = server.control.stream(
    'terminals.open',
    { app: 'shop', argv: ['sh'], columns: 80, rows: 24 },
    (event) => {
      if (event.kind === 'data') shown += Buffer.from(event.base64, 'base64').toString();
      else {
        const base64 = Buffer.from('echo early $((6*7)); exit 3\n').toString('base64');
        server.control.call('terminals.write', { id: event.id, base64 }).then(typed.resolve, typed.reject);
      }
    },
  );
  await typed.promise;
  expect(await ended).toMatchObject({ code: 3 });
  expect(shown).toContain('early 42');
});

test('removing_an_app_ends_what_is_typed_into_it', async () => {
  const files = { 'server.js': answering, 'windlass.json': config({}) };
  expect((await server.deploy('gone', files)).failure).toBeNull();
  const shown = Promise.withResolvers<void>();
  const ended = server.control.stream(
    'terminals.open',
    { app: 'gone', argv: ['sh', '-c', 'echo ready; sleep 34568'], columns: 80, rows: 24 },
    (event) => event.kind === 'data' && shown.resolve(),
  );
  const refused = ended.catch((error: unknown) => error);
  await shown.promise;
  await server.control.call('apps.remove', { app: 'gone' });
  expect(await refused).toMatchObject({ code: 'cancelled' });
  expect(Bun.spawnSync(['pgrep', '-f', 'sleep 34568']).exitCode).toBe(1);
});
