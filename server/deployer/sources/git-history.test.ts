import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { history } from '../../../shared/deployer/commit.ts';
import { gitHistory } from './git-history.ts';

let room: string;
let work: string;
const git = (...args: string[]) =>
  Bun.$`git -c user.name=Ann -c user.email=ann@example.com -c init.defaultBranch=main -C ${work} ${args}`.quiet();

beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'history-'));
  work = join(room, 'work');
  await mkdir(join(work, 'src'), { recursive: true });
  await git('init');
  await Bun.write(join(work, 'src/cart.ts'), 'one');
  await git('add', '.');
  await git('commit', '-m', 'Add the cart');
  await Bun.write(join(work, 'src/cart.ts'), 'two');
  await Bun.write(join(work, 'Preis in €.txt'), 'two');
  await git('add', '.');
  await git('commit', '-m', 'Count what is in it\n\nAt length.');
});
afterAll(() => rm(room, { recursive: true, force: true }));

test('commits_come_newest_first_with_the_files_they_touched_from_any_folder_below', async () => {
  const found = await gitHistory(join(work, 'src'));
  expect(found).toMatchObject([
    { author: 'Ann', subject: 'Count what is in it', files: ['Preis in €.txt', 'src/cart.ts'] },
    // The first of all has nothing it could be compared with.
    { author: 'Ann', subject: 'Add the cart', files: [] },
  ]);
  expect(Math.abs((found[0]?.at ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(history.safeParse(found).success).toBe(true);
});

test('without_a_repository_a_commit_or_git_nothing_is_known', async () => {
  expect(await gitHistory(room, { env: { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: room } })).toEqual(
    [],
  );
  expect(await gitHistory(work, { program: join(room, 'no-git') })).toEqual([]);
});

test('a_commit_of_very_many_files_is_bounded', async () => {
  for (let at = 0; at < 300; at++) await Bun.write(join(work, 'many', `${at}.txt`), '');
  await git('add', '.');
  await git('commit', '-m', 'x'.repeat(500));
  const [newest] = await gitHistory(work);
  expect([newest?.files.length, newest?.subject.length]).toEqual([200, 200]);
});

test('a_name_with_what_parts_records_takes_its_commit_along_and_no_other', async () => {
  const before = await gitHistory(work);
  await git('-c', 'user.name=Ann\u001fBob', 'commit', '--allow-empty', '-m', 'odd\u001eone\u001ftwo');
  const found = await gitHistory(work);
  expect(history.safeParse(found).success).toBe(true);
  expect(found).toEqual(before);
});
