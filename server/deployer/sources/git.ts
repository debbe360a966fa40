/** Fetches one commit of a repository with the system's git. */

import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Commit, mostCommits } from '../../../shared/deployer/commit.ts';
import { WindlassError } from '../../../shared/errors.ts';
import { gitFailure } from './git-failure.ts';
import { gitHistory } from './git-history.ts';
import {
  type AddressRules,
  checkGitRef,
  type GitAddress,
  isCommitId,
  isShortCommitId,
  parseGitUrl,
} from './git-url.ts';
import { removeOutwardLinks } from './links.ts';
import { emptyFolder } from './unwrap.ts';

export interface GitOptions extends AddressRules {
  /** The git program; null where the machine has none. */
  program: string | null;
  /** The machine's environment; only what git needs of it is passed on. */
  machineEnv: Readonly<Record<string, string | undefined>>;
  /** Most milliseconds for everything. */
  timeoutMs: number;
}

export interface GitRequest {
  url: string;
  ref: string | undefined;
  /** An empty folder. */
  into: string;
  onLine(text: string): void;
  signal: AbortSignal;
}

interface Session {
  options: GitOptions;
  request: GitRequest;
  address: GitAddress;
  signal: AbortSignal;
}

const passedOn =
  /^(PATH|HOME|USER|LANG|LC_ALL|TZ|SSH_AUTH_SOCK|GIT_SSL_CAINFO|GIT_SSL_CAPATH|SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|(https?|all|no)_proxy)$/i;
const stderrKept = 64 * 1024;
const historyMs = 20_000;

/**
 * Fills the folder with the files of one commit, submodules included, without its history. Answers the commit id, and what
 * the latest commits touched, where the host tells.
 * Throws `WindlassError` in plain words (`invalid`, `not-found`, `forbidden`, `unavailable`, `timeout`, `cancelled`);
 * then the folder is empty again. No credential of the address gets into an argument, a line or an error.
 */
export async function fetchRepository(
  options: GitOptions,
  request: GitRequest,
): Promise<{ commit: string; shown: string; history: Commit[] }> {
  const address = parseGitUrl(request.url, options);
  const ref = request.ref === undefined ? undefined : checkGitRef(request.ref);
  if (options.program === null) {
    throw new WindlassError('unavailable', 'this server has no git', {
      hint: 'Install it (apt-get install git), or deploy a folder with --dir or an archive with --tar.',
    });
  }
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const session: Session = { options, request, address, signal: AbortSignal.any([request.signal, timeout]) };
  try {
    const commit = await checkOut(session, ref);
    const history = await latest(session, commit);
    await rm(join(request.into, '.git'), { recursive: true, force: true });
    for (const link of await removeOutwardLinks(request.into)) {
      request.onLine(`left out ${link}: a link that leaves the repository`);
    }
    return { commit, shown: address.shown, history };
  } catch (error) {
    await emptyFolder(request.into);
    if (request.signal.aborted)
      throw new WindlassError('cancelled', 'fetching was cancelled', { cause: error });
    if (timeout.aborted) {
      throw new WindlassError(
        'timeout',
        `fetching ${address.shown} took longer than ${options.timeoutMs / 1000} s`,
        {
          hint: 'Try again, or deploy a folder with --dir.',
          cause: error,
        },
      );
    }
    throw error;
  }
}

async function checkOut(session: Session, ref: string | undefined): Promise<string> {
  const { url } = session.address;
  await git(session, ['init', '--quiet', '--template=', '.'], ref);
  const shallow = ['fetch', '--depth=1', '--no-tags', '--no-recurse-submodules', '--progress', '--', url];
  let wanted = 'FETCH_HEAD';
  try {
    await git(session, [...shallow, ref ?? 'HEAD'], ref);
  } catch (error) {
    // A short id cannot be asked for, and some hosts refuse full ones: then the history is needed to find it.
    const isId = ref !== undefined && (isCommitId(ref) || isShortCommitId(ref));
    if (!isId || !(error instanceof WindlassError) || error.code !== 'not-found') throw error;
    await git(session, ['fetch', '--progress', '--', url, '+refs/*:refs/windlass/*'], ref);
    wanted = ref;
  }
  await git(
    session,
    ['-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--force', wanted, '--'],
    ref,
  );
  const commit = (await git(session, ['rev-parse', '--verify', 'HEAD'], ref)).trim();
  if (await Bun.file(join(session.request.into, '.gitmodules')).exists()) {
    // Relative addresses of submodules are relative to this one.
    await git(session, ['remote', 'add', 'origin', url], ref);
    await git(
      session,
      ['submodule', 'update', '--init', '--recursive', '--depth=1', '--progress'],
      undefined,
    );
    await removeSubmoduleFolders(session.request.into);
  }
  return commit;
}

/** Names of files only; without what is in them. Nothing depends on it, so it fails in silence and in little time. */
async function latest(session: Session, commit: string): Promise<Commit[]> {
  const { options, request, address } = session;
  const signal = AbortSignal.any([session.signal, AbortSignal.timeout(historyMs)]);
  const quiet = { ...session, signal, request: { ...request, onLine: () => {} } };
  const bounds = [`--depth=${mostCommits}`, '--filter=blob:none', '--no-tags', '--no-recurse-submodules'];
  await git(quiet, ['fetch', '--quiet', ...bounds, '--', address.url, commit], undefined).catch(() => '');
  session.signal.throwIfAborted();
  return gitHistory(request.into, {
    program: options.program ?? 'git',
    env: gitEnvironment(options, address),
  });
}

/** Each submodule has a `.git` file in its folder. */
async function removeSubmoduleFolders(into: string): Promise<void> {
  for await (const path of new Bun.Glob('**/.git').scan({ cwd: into, dot: true, followSymlinks: false })) {
    if (path !== '.git') await rm(join(into, path), { recursive: true, force: true });
  }
}

/** Runs one git command in the folder; answers its stdout. */
async function git(session: Session, args: string[], ref: string | undefined): Promise<string> {
  const { options, request, address, signal } = session;
  signal.throwIfAborted();
  const child = spawn(options.program ?? 'git', [...fixedSettings(options), ...args], {
    cwd: request.into,
    env: gitEnvironment(options, address),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // The whole group: helpers such as git-remote-https would live on.
  const kill = (): void => killGroup(child.pid);
  signal.addEventListener('abort', kill);
  const clean = (text: string): string =>
    address.secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out = `${out}${text}`.slice(-stderrKept);
  });
  const lines = createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (raw) => {
    // Progress overwrites its line; only what it ends with is worth keeping.
    const line = clean(raw.split('\r').at(-1) ?? '').slice(0, 2000);
    err = `${err}${line}\n`.slice(-stderrKept);
    if (line.trim() !== '') request.onLine(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => signal.removeEventListener('abort', kill));
  signal.throwIfAborted();
  if (code === 0) return out;
  throw gitFailure(err, { shown: address.shown, ref });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function fixedSettings({ allowFile }: GitOptions): string[] {
  const settings = {
    'core.hooksPath': '/dev/null',
    'core.fsmonitor': 'false',
    'protocol.ext.allow': 'never',
    'protocol.file.allow': allowFile ? 'always' : 'never',
    'init.defaultBranch': 'main',
    'gc.auto': '0',
    'http.lowSpeedLimit': '1000',
    'http.lowSpeedTime': '60',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

function gitEnvironment({ machineEnv }: GitOptions, address: GitAddress): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [key, value] of Object.entries(machineEnv)) {
    if (value !== undefined && passedOn.test(key)) env[key] = value;
  }
  env.GIT_TERMINAL_PROMPT = '0';
  env.GIT_ASKPASS = 'true';
  env.SSH_ASKPASS = 'true';
  env.GIT_SSH_COMMAND = 'ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new -oConnectTimeout=20';
  env.LC_ALL = 'C';
  if (address.authorization !== null) {
    // By environment, since arguments can be read by every user of the machine; only for the host it was given for.
    env.GIT_CONFIG_COUNT = '1';
    env.GIT_CONFIG_KEY_0 = `http.${new URL(address.url).origin}/.extraHeader`;
    env.GIT_CONFIG_VALUE_0 = `Authorization: ${address.authorization}`;
  }
  return env;
}
