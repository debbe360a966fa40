/** The command line as a real process: readers that leave, and output that is all there. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type StubServer, stubServer } from './testing/stub-server.ts';

const lines = 20_000;
let server: StubServer;
let streamEnded: Promise<void>;
beforeAll(async () => {
  const ended = Promise.withResolvers<void>();
  streamEnded = ended.promise;
  server = await stubServer({
    'logs.read': async ({ follow }, { emit, signal }) => {
      for (let at = 0; at < lines; at++) {
        emit({ at, release: 1, origin: 'shop-1-1', text: `line ${at} ${'x'.repeat(80)}` });
      }
      if (follow) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        ended.resolve();
      }
      return { lines };
    },
  });
});
afterAll(() => server.close());

function sh(script: string, ...args: string[]) {
  const entry = new URL('./testing/entry.ts', import.meta.url).pathname;
  return Bun.spawn(['bash', '-c', script, 'bash', process.execPath, entry, ...args], {
    env: { PATH: process.env.PATH, WINDLASS_SOCKET: server.socket, HOME: server.folder },
    stdout: 'pipe',
    stderr: 'pipe',
  });
}

test('a_reader_that_leaves_ends_even_a_following_logs_without_a_word', async () => {
  const shell = sh('"$1" "$2" logs shop -f | head -n 2; echo "$PIPESTATUS"');
  const out = await new Response(shell.stdout).text();
  expect(out.trim().split('\n')).toEqual([
    expect.stringContaining('line 0 '),
    expect.stringContaining('line 1 '),
    '0',
  ]);
  expect(await new Response(shell.stderr).text()).toBe('');
  await streamEnded;
});

test('a_slow_reader_gets_every_line', async () => {
  const shell = sh('"$1" "$2" logs shop | (read -r first; echo "$first"; cat) | wc -l');
  expect((await new Response(shell.stdout).text()).trim()).toBe(String(lines));
});
