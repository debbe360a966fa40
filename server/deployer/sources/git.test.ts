import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { fetchRepository, type GitOptions } from './git.ts';

const program = Bun.which('git');
if (program === null) throw new Error('these tests need git: apt-get install git');

let room: string;
let repository: string;
let first: string;
let second: string;

beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'git-'));
  const work = join(room, 'work');
  repository = `file://${room}/repo.git`;
  const git = async (...args: string[]): Promise<string> =>
    (
      await Bun.$`git -c user.name=t -c user.email=t@t -c init.defaultBranch=main -C ${work} ${args}`
        .quiet()
        .text()
    ).trim();
  await mkdir(work);
  await git('init');
  await Bun.write(join(work, 'a.txt'), 'one');
  await git('add', '.');
  await git('commit', '-m', 'first');
  await git('tag', 'v1');
  first = await git('rev-parse', 'HEAD');
  await Bun.write(join(work, 'a.txt'), 'two');
  await Bun.$`ln -s /etc/passwd ${join(work, 'outward')} && ln -s a.txt ${join(work, 'inward')}`.quiet();
  await git('add', '.');
  await git('commit', '-m', 'second');
  second = await git('rev-parse', 'HEAD');
  await git('checkout', '-b', 'feature/x', 'v1');
  await Bun.write(join(work, 'a.txt'), 'three');
  await git('commit', '-am', 'third');
  await git('checkout', 'main');
  await Bun.$`git clone --quiet --bare ${work} ${join(room, 'repo.git')}`.quiet();
  await Bun.$`git init --quiet --bare ${join(room, 'empty.git')}`.quiet();
});
afterAll(() => rm(room, { recursive: true, force: true }));

interface Outcome {
  into: string;
  lines: string[];
  result: Awaited<ReturnType<typeof fetchRepository>> | null;
  error: WindlassError | null;
}

async function fetched(
  url: string,
  ref?: string,
  change: Partial<GitOptions> & { signal?: AbortSignal } = {},
): Promise<Outcome> {
  const { signal = new AbortController().signal, ...options } = change;
  const into = await mkdtemp(join(room, 'into-'));
  const lines: string[] = [];
  const machineEnv = { PATH: process.env.PATH, HOME: room };
  try {
    const result = await fetchRepository(
      { program, allowFile: true, machineEnv, timeoutMs: 20_000, ...options },
      { url, ref, into, onLine: (line) => lines.push(line), signal },
    );
    return { into, lines, result, error: null };
  } catch (error) {
    expect(await readdir(into)).toEqual([]);
    if (!(error instanceof WindlassError)) throw error;
    return { into, lines, result: null, error };
  }
}

const content = ({ into }: Outcome): Promise<string> => readFile(join(into, 'a.txt'), 'utf8');

test('what_the_latest_commits_touched_is_told', async () => {
  const outcome = await fetched(repository);
  expect(outcome.result?.history).toMatchObject([
    { id: second, subject: 'second', files: ['a.txt', 'inward', 'outward'] },
    { id: first, subject: 'first', files: [] },
  ]);
  expect((await fetched(repository, first)).result?.history).toMatchObject([{ id: first }]);
});

test('without_a_ref_the_default_branch_comes_and_no_history', async () => {
  const outcome = await fetched(repository);
  expect(outcome.result?.commit).toBe(second);
  expect((await readdir(outcome.into)).sort()).toEqual(['a.txt', 'inward']);
  expect(outcome.lines.some((line) => line.includes('outward'))).toBe(true);
});

test('a_branch_a_tag_a_commit_and_a_short_commit_can_be_named', async () => {
  expect(await content(await fetched(repository, 'feature/x'))).toBe('three');
  expect(await content(await fetched(repository, 'v1'))).toBe('one');
  expect((await fetched(repository, first)).result?.commit).toBe(first);
  expect((await fetched(repository, first.slice(0, 9))).result?.commit).toBe(first);
});

test('a_ref_that_is_not_there_is_named', async () => {
  for (const ref of ['nope', 'abcdef1234', 'a'.repeat(40)]) {
    const { error } = await fetched(repository, ref);
    expect([ref, error?.code, error?.message]).toEqual([ref, 'not-found', expect.anything()]);
    expect(error?.message).toContain(`no branch, tag or commit "${ref}"`);
  }
});

test('an_empty_repository_says_so', async () => {
  const { error } = await fetched(`file://${room}/empty.git`);
  expect(error?.message).toContain('no commits yet');
});

test('a_repository_that_is_not_there_says_so', async () => {
  expect((await fetched(`file://${room}/none.git`)).error?.message).toContain('there is no repository');
});

test('dangerous_addresses_and_refs_are_refused_before_git_runs', async () => {
  const urls = [
    '--upload-pack=touch x',
    'ext::sh -c id',
    'file:///etc',
    '/etc',
    'ftp://h/x',
    '-oProxyCommand=x:y',
    'ssh://-oProxyCommand=x/y',
    'a b',
    'host:-x',
    '',
  ];
  for (const url of urls) {
    const { error, lines } = await fetched(url, undefined, { allowFile: false });
    expect([url, error?.code]).toEqual([url, 'invalid']);
    expect(lines).toEqual([]);
  }
  for (const ref of ['--upload-pack=x', '-x', 'a..b', 'a b', '', 'a:b', 'a^{}', '*']) {
    expect([ref, (await fetched(repository, ref)).error?.code]).toEqual([ref, 'invalid']);
  }
});

/** A server that answers every request the same way; git over http asks it first for info/refs. */
async function answering(
  status: number,
  headers: Record<string, string>,
  use: (origin: string, seen: (string | null)[]) => Promise<void>,
) {
  const seen: (string | null)[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      seen.push(request.headers.get('authorization'));
      return new Response('no', { status, headers });
    },
  });
  try {
    await use(`127.0.0.1:${server.port}`, seen);
  } finally {
    await server.stop(true);
  }
}

test('a_missing_repository_and_a_needed_login_over_http_are_told_apart', async () => {
  await answering(404, {}, async (host) => {
    expect((await fetched(`http://${host}/x.git`)).error?.code).toBe('not-found');
  });
  await answering(401, { 'www-authenticate': 'Basic realm="x"' }, async (host) => {
    expect((await fetched(`http://${host}/x.git`)).error?.code).toBe('forbidden');
  });
});

test('credentials_reach_the_host_and_appear_nowhere_else', async () => {
  await answering(403, {}, async (host, seen) => {
    const { error, lines } = await fetched(`http://someone:s3cr3t-token@${host}/x.git`);
    const sent = Buffer.from('someone:s3cr3t-token').toString('base64');
    expect(seen[0]).toBe(`Basic ${sent}`);
    const told = JSON.stringify([error, error?.message, error?.hint, lines]);
    expect(told).not.toContain('s3cr3t-token');
    expect(told).not.toContain(sent);
  });
});

test('an_unknown_host_and_a_closed_port_are_unavailable', async () => {
  expect((await fetched('https://no-such-host.invalid/x.git')).error?.code).toBe('unavailable');
  expect((await fetched('http://127.0.0.1:1/x.git')).error?.message).toContain('does not answer');
});

test('a_host_that_stays_silent_times_out_and_an_abort_cancels', async () => {
  const silent = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  try {
    const url = `http://127.0.0.1:${silent.port}/x.git`;
    expect((await fetched(url, undefined, { timeoutMs: 300 })).error?.code).toBe('timeout');
    expect((await fetched(url, undefined, { signal: AbortSignal.timeout(300) })).error?.code).toBe(
      'cancelled',
    );
  } finally {
    silent.stop(true);
  }
});

test('a_machine_without_git_says_how_to_get_it', async () => {
  const { error } = await fetched(repository, undefined, { program: null });
  expect(error?.message).toBe('this server has no git');
  expect(error?.hint).toContain('--dir');
});
