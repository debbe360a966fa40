import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeFolder, probeTarget } from './probe.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'windlass-probe-'));
  mkdirSync(join(root, 'site', 'docs'), { recursive: true });
  writeFileSync(join(root, 'secret.txt'), 'no');
  writeFileSync(join(root, 'site', 'index.html'), 'yes');
  writeFileSync(join(root, 'site', 'docs', 'index.html'), 'yes');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function status(path: string, spa = false): number | string {
  const folder = { kind: 'folder' as const, release: 1, root: join(root, 'site'), rules: { spa } };
  const result = probeFolder(folder, path);
  return result.kind === 'answered' ? result.status : result.kind;
}

test('a_folder_answers_for_the_files_it_has_and_no_others', () => {
  expect(status('/')).toBe(200);
  expect(status('/docs?x=1')).toBe(302);
  expect(status('/index.html')).toBe(200);
  expect(status('/up')).toBe(404);
  expect(status('/../secret.txt')).toBe(404);
  expect(status('/%2e%2e/secret.txt')).toBe(404);
  expect(status('/%')).toBe(404);
  expect(status('/any/page', true)).toBe(200);
});

test('a_folder_that_is_gone_is_broken', () => {
  rmSync(root, { recursive: true });
  expect(status('/')).toBe('broken');
});

test('an_instance_is_asked_with_the_host_of_its_service', async () => {
  using server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) =>
      request.headers.get('host') === 'shop.test'
        ? new Response('', { status: 204 })
        : new Response('', { status: 400 }),
  });
  const result = await probeTarget({ host: '127.0.0.1', port: server.port ?? 0 }, 'shop.test', '/', 5000);
  expect(result).toMatchObject({ kind: 'answered', status: 204 });
});
