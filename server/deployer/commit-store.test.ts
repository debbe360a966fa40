import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../shared/deployer/model.ts';
import { createLog } from '../kernel/log.ts';
import { type OwnedStore, openStore } from '../kernel/store.ts';
import { createAppStore } from './app-store.ts';
import { createCommitStore } from './commit-store.ts';
import { createDeploymentStore } from './deployment-store.ts';
import { migrations } from './schema.ts';

const log = createLog({
  write: () => {},
  clock: { now: () => 7, monotonic: () => 7 },
  redact: (text) => text,
});
let folder: string;
let store: OwnedStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commits-'));
  store = openStore(join(folder, 'control.db'), migrations, log);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const commit = (letter: string) => ({
  id: letter.repeat(40),
  author: 'Ann',
  at: 1,
  subject: letter,
  files: ['src/cart.ts'],
});

function world() {
  const commits = createCommitStore(store);
  const deployments = createDeploymentStore(store);
  const apps = createAppStore(store);
  let count = 0;
  /** Letters are commits, the newest first; `live`: it was switched to. */
  const deploy = (
    release: number,
    letters: string,
    environment = 'production',
    live = true,
    from?: number,
  ) => {
    const id = `d-${++count}`;
    const row = apps.ensure('shop', environment, 1);
    const source: Source =
      from === undefined ? { kind: 'upload', upload: 'u', from: 'shop' } : { kind: 'release', release: from };
    const kind = from === undefined ? 'deploy' : 'promote';
    deployments.add({ id, appId: row.appId, environmentId: row.id, kind, source, createdAt: count });
    deployments.setRelease(id, release);
    if (live) deployments.enter(id, 'watching', count);
    commits.put(id, [...letters].map(commit));
  };
  const newIn = (release: number) =>
    commits
      .newIn('shop', release)
      .map(({ subject }) => subject)
      .join('');
  return { commits, deploy, newIn };
}

test('what_is_new_in_a_release_is_what_the_last_one_that_was_live_had_not', () => {
  const { deploy, newIn } = world();
  deploy(1, 'ba');
  deploy(2, 'cba', 'production', false);
  deploy(3, 'dcba');
  expect(newIn(1)).toBe('ba');
  expect(newIn(3)).toBe('dc');
});

test('a_promoted_release_has_the_commits_of_its_origin_compared_within_its_own_environment', () => {
  const { deploy, newIn } = world();
  deploy(1, 'a');
  deploy(2, 'ba', 'preview');
  deploy(3, 'cba', 'preview');
  deploy(4, '', 'production', true, 3);
  expect(newIn(3)).toBe('c');
  expect(newIn(4)).toBe('cb');
});

test('a_release_without_a_repository_is_looked_past_and_has_none_itself', () => {
  const { deploy, newIn } = world();
  deploy(1, 'a');
  deploy(2, '');
  deploy(3, 'ba');
  expect(newIn(2)).toBe('');
  expect(newIn(3)).toBe('b');
  expect(newIn(99)).toBe('');
});

test('commits_of_old_deployments_are_forgotten', () => {
  const { commits, deploy } = world();
  for (let release = 1; release <= 51; release++) deploy(release, 'a');
  expect(commits.of('shop', 1)).toEqual([]);
  expect(commits.of('shop', 2)).toHaveLength(1);
});
