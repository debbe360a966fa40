/** Fetching Node by the real package manager from a small registry of our own. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeReleases } from './node-release.ts';

const folder = mkdtempSync(join(tmpdir(), 'node-'));
const name = `node-${process.platform}-${process.arch}`;
const versions = ['20.1.0', '22.5.0', '22.9.1'];
let asked = 0;
const registry = Bun.serve({
  port: 0,
  fetch(request) {
    asked += 1;
    const { pathname, origin } = new URL(request.url);
    if (pathname.endsWith('.tgz')) return new Response(Bun.file(join(folder, pathname)));
    if (pathname !== `/${name}`) return new Response('{}', { status: 404 });
    const entry = (version: string) => ({ name, version, dist: { tarball: `${origin}/${version}.tgz` } });
    return Response.json({
      name,
      'dist-tags': { latest: '22.9.1' },
      versions: Object.fromEntries(versions.map((version) => [version, entry(version)])),
    });
  },
});
const nodes = createNodeReleases({
  folder: join(folder, 'releases'),
  self: process.execPath,
  registry: registry.url.href,
});

beforeAll(() => {
  for (const version of versions) {
    const bin = join(folder, version, 'package', 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'node'), `#!/bin/sh\necho v${version}\n`);
    chmodSync(join(bin, 'node'), 0o755);
    writeFileSync(join(folder, version, 'package', 'package.json'), JSON.stringify({ name, version }));
    const archive = join(folder, `${version}.tgz`);
    Bun.spawnSync(['tar', '-czf', archive, '-C', join(folder, version), 'package']);
  }
});
afterAll(async () => {
  await registry.stop(true);
  rmSync(folder, { recursive: true, force: true });
});

test('the_newest_version_of_a_range_is_fetched_once_and_then_needs_no_network', async () => {
  const [first, second] = await Promise.all([nodes.find('22'), nodes.find('22')]);
  expect(first).toBe(second);
  expect(readFileSync(join(first, 'node'), 'utf8')).toContain('v22.9.1');
  const before = asked;
  expect(await nodes.find('>=20')).toBe(first);
  expect(asked).toBe(before);
  expect(await nodes.find('20.x')).toContain('20.1.0');
});

test('a_range_nothing_satisfies_is_the_persons_to_correct_and_leaves_nothing', async () => {
  expect(nodes.find('>=99')).rejects.toMatchObject({ code: 'invalid' });
  await nodes.find('>=99').catch(() => {});
  expect(readdirSync(join(folder, 'releases')).filter((entry) => entry.startsWith('.'))).toEqual([]);
});

test('a_registry_that_cannot_be_reached_is_said_to_be_that', async () => {
  const lost = createNodeReleases({
    folder: join(folder, 'lost'),
    self: process.execPath,
    registry: 'http://127.0.0.1:1/',
  });
  expect(lost.find('22')).rejects.toMatchObject({ code: 'unavailable' });
  await lost.find('22').catch(() => {});
});
