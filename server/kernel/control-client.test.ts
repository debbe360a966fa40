import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { call, nothing, stream } from '../../shared/rpc.ts';
import { connectContract, explainConnection } from './control-client.ts';

const contract = {
  'sum.get': call(z.object({ a: z.number() }), z.object({ sum: z.number() })),
  'count.follow': stream(
    z.object({ to: z.number() }),
    z.object({ n: z.number() }),
    z.object({ sent: z.number() }),
  ),
  'silence.follow': stream(nothing, nothing, nothing),
} as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-client-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server that answers everything with `body`. */
const answering = (body: string, status = 200) =>
  Bun.serve({ unix: join(folder, 's.sock'), fetch: () => new Response(body, { status }) });

test.each([
  [
    '{"sum":"text"}',
    200,
    { code: 'failed', message: expect.stringContaining('not what this version expects') },
  ],
  ['not json', 200, { code: 'unavailable' }],
  ['', 502, { code: 'unavailable' }],
  [
    '{"error":{"code":"from-the-future","message":"m","hint":"h"}}',
    418,
    { code: 'failed', message: 'm', hint: 'h' },
  ],
])('the_answer_%s_with_%d_is_not_handed_on', async (body, status, error) => {
  const server = answering(body, status);
  await expect(
    connectContract(join(folder, 's.sock'), contract).call('sum.get', { a: 1 }),
  ).rejects.toMatchObject(error);
  await server.stop(true);
});

test('a_stream_without_its_last_line_was_cut_off', async () => {
  const server = answering('{"event":{"n":1}}\n\n{"result":{"sent":1}}');
  const seen: number[] = [];
  const run = connectContract(join(folder, 's.sock'), contract).stream('count.follow', { to: 1 }, ({ n }) => {
    seen.push(n);
  });
  await expect(run).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen).toEqual([1]);
  await server.stop(true);
});

test('a_socket_of_another_user_is_forbidden_and_says_what_to_do', () => {
  const error = explainConnection(Object.assign(new Error('x'), { code: 'EACCES' }), '/run/w.sock');
  expect(error).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('sudo') });
});

test('where_no_server_is_the_client_says_how_to_start_one', async () => {
  const nowhere = connectContract(join(folder, 'none.sock'), contract);
  await expect(nowhere.call('sum.get', { a: 1 })).rejects.toMatchObject({
    code: 'unavailable',
    message: `no windlass server answers at ${join(folder, 'none.sock')}`,
    hint: expect.stringContaining('windlass serve'),
  });
  await expect(nowhere.stream('silence.follow', {}, () => undefined)).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('a_stream_whose_server_is_killed_is_unavailable_not_complete', async () => {
  const script = join(folder, 'killed.ts');
  const other = join(folder, 'k.sock');
  writeFileSync(
    script,
    `Bun.serve({ unix: ${JSON.stringify(other)}, fetch: () => new Response(new ReadableStream({ start(c) {
       c.enqueue('{"event":{"n":1}}\\n'); } })) }); console.log('up');`,
  );
  const child = Bun.spawn([process.execPath, script], { stdout: 'pipe' });
  await child.stdout.getReader().read();
  const run = connectContract(other, contract).stream('count.follow', { to: 1 }, () => child.kill('SIGKILL'));
  await expect(run).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('was cut'),
  });
  await run.catch(() => undefined);
  await child.exited;
});
