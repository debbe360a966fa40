import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import { openDataDir } from './data-dir.ts';
import { explainDiskError } from './disk-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const errorOf = (work: () => unknown): WindlassError => {
  try {
    work();
  } catch (error) {
    if (error instanceof WindlassError) {
      return error;
    }
    throw error;
  }
  throw new Error('nothing was thrown');
};

/** Another process that opens the folder, says so, and stays. */
const startHolder = async (root: string) => {
  const script = join(folder, 'holder.ts');
  const from = new URL('./data-dir.ts', import.meta.url).href;
  writeFileSync(
    script,
    `import { openDataDir } from ${JSON.stringify(from)};
     try { openDataDir(${JSON.stringify(root)}); console.log('held'); setInterval(() => {}, 1000); }
     catch (error) { console.log(error.code + ': ' + error.message); }`,
  );
  const child = Bun.spawn([process.execPath, script], { stdout: 'pipe', stderr: 'inherit' });
  const reader = child.stdout.getReader();
  const said = new TextDecoder().decode((await reader.read()).value).trim();
  reader.releaseLock();
  return { child, said };
};

test('the_layout_is_made_and_private', () => {
  const dir = openDataDir(join(folder, 'a/b'));
  try {
    for (const path of [dir.paths.root, dir.paths.artefacts, dir.paths.telemetry, dir.paths.run]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
  } finally {
    dir.close();
  }
});

test('leftovers_of_builds_go_and_everything_else_stays', () => {
  for (const name of ['builds/x/deep', 'artefacts/y', 'volumes/z']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  openDataDir(folder).close();
  expect(existsSync(join(folder, 'builds/x'))).toBe(false);
  expect(existsSync(join(folder, 'builds'))).toBe(true);
  expect(existsSync(join(folder, 'artefacts/y'))).toBe(true);
  expect(existsSync(join(folder, 'volumes/z'))).toBe(true);
});

test('a_second_server_is_refused_by_the_pid_of_the_first_and_let_in_after_kill_9', async () => {
  const { child, said } = await startHolder(folder);
  try {
    expect(said).toBe('held');
    const error = errorOf(() => openDataDir(folder));
    expect(error.code).toBe('conflict');
    expect(error.message).toContain(`process ${child.pid}`);
    expect(error.hint).toContain('--data');
  } finally {
    child.kill('SIGKILL');
    await child.exited;
  }
  openDataDir(folder).close();
});

test('a_refused_server_leaves_the_builds_of_the_first_alone', async () => {
  const { child } = await startHolder(folder);
  try {
    mkdirSync(join(folder, 'builds/running'));
    errorOf(() => openDataDir(folder));
    expect(existsSync(join(folder, 'builds/running'))).toBe(true);
  } finally {
    child.kill('SIGKILL');
    await child.exited;
  }
});

test('of_many_servers_that_start_at_once_exactly_one_holds_the_folder', async () => {
  const starts = await Promise.all(Array.from({ length: 6 }, () => startHolder(folder)));
  try {
    const held = starts.filter((start) => start.said === 'held');
    expect(held.length).toBe(1);
    for (const start of starts) {
      expect(start.said).toMatch(/^held$|^conflict: the data folder .* is in use by /);
    }
  } finally {
    for (const { child } of starts) {
      child.kill('SIGKILL');
    }
    await Promise.all(starts.map((start) => start.child.exited));
  }
}, 20_000);

test('a_closed_folder_can_be_opened_again_in_the_same_process', () => {
  openDataDir(folder).close();
  const again = openDataDir(folder);
  expect(errorOf(() => openDataDir(folder)).code).toBe('conflict');
  again.close();
});

test('a_damaged_lock_file_is_named', () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'lock'), 'x'.repeat(8192));
  const error = errorOf(() => openDataDir(folder));
  expect(error.code).toBe('failed');
  expect(error.message).toContain(join(folder, 'lock'));
});

test('a_file_in_the_place_of_the_folder_is_explained', () => {
  writeFileSync(join(folder, 'file'), '');
  const error = errorOf(() => openDataDir(join(folder, 'file/data')));
  expect(error.code).toBe('invalid');
  expect(error.message).toContain('a file is where a folder should be');
});

test.each([
  ['ENOSPC', 'unavailable', 'the disk is full'],
  ['SQLITE_FULL', 'unavailable', 'the disk is full'],
  ['EACCES', 'forbidden', 'permission denied'],
  ['EROFS', 'forbidden', 'read-only'],
  ['EIO', 'unavailable', 'EIO'],
])('the_disk_error_%s_is_said_in_words', (code, face, words) => {
  const error = explainDiskError(Object.assign(new Error('x'), { code }), 'cannot write /d');
  expect(error.code).toBe(face as WindlassError['code']);
  expect(error.message).toContain(words);
  expect(error.hint).toBeString();
});
