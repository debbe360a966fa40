/** Real processes that carry an app's name in their environment. */

import { afterEach, expect, test } from 'bun:test';
import { ownerIn, Processes, parseStat } from './processes.ts';

const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await child.exited;
  }
});

/** Runs `code` for an app and resolves once it has said that it is ready. */
async function start(app: string, code: string, server = 'here'): Promise<Bun.Subprocess<'ignore', 'pipe'>> {
  const child = Bun.spawn([process.execPath, '-e', code], {
    env: { WINDLASS_APP: app, WINDLASS_ENV: 'production', WINDLASS_SERVER: server },
    stdin: 'ignore',
    stdout: 'pipe',
  });
  children.push(child);
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  return child;
}

test.if(process.platform === 'linux')(
  'a_busy_app_is_told_from_an_idle_one_and_both_from_everybody_else',
  async () => {
    const hold = "const held = Buffer.alloc(80e6, 1); console.log('ready'); setInterval(() => held, 1e6);";
    await start('vitals-idle', hold);
    await start('vitals-foreign', hold, 'another');
    const busy = await start(
      'vitals-busy',
      "console.log('ready'); const end = performance.now() + 600; while (performance.now() < end); console.log('done'); setInterval(() => {}, 1e6);",
    );
    const processes = new Processes('here');
    const mine = (app: string) => processes.look(performance.now()).find((use) => use.app === app);
    expect(mine('vitals-busy')?.cpu).toBe(0);
    // It says so when it has burnt half a second of the processor.
    await busy.stdout.getReader().read();
    const uses = processes.look(performance.now());
    const of = (app: string) => uses.find((use) => use.app === app);
    expect(of('vitals-busy')?.cpu).toBeGreaterThan(0.1);
    expect(of('vitals-idle')?.cpu).toBeLessThan(0.1);
    expect(of('vitals-idle')?.memory).toBeGreaterThan(80e6);
    expect(of('vitals-foreign')).toBeUndefined();
    expect(uses.map(({ app }) => app).sort()).toEqual(['vitals-busy', 'vitals-idle']);
  },
);

test('a_process_is_recognised_by_its_variables_alone', () => {
  const shop = 'PATH=/bin\0WINDLASS_APP=shop\0WINDLASS_ENV=production\0WINDLASS_SERVER=here\0';
  expect(ownerIn(shop, 'here')).toEqual({ app: 'shop', environment: 'production' });
  expect(ownerIn(shop, 'there')).toBeNull();
  expect(ownerIn(shop.replace('WINDLASS_APP', 'MY_WINDLASS_APP'), 'here')).toBeNull();
  expect(ownerIn(shop.replace('=shop', '=../etc'), 'here')).toBeNull();
  expect(ownerIn('', 'here')).toBeNull();
});

test('a_name_with_brackets_and_spaces_moves_no_field', () => {
  const rest = 'S 1 1 1 0 -1 4194560 1 2 3 4 70 30 0 0 20 0 1 0 12345 1000000 256 18446744073709551615';
  expect(parseStat(`42 (a ) b) ${rest}`)).toEqual({ ticks: 100, startTime: '12345', pages: 256 });
  expect(parseStat('')).toBeNull();
});
