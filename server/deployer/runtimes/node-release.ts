/** Real Node for apps that ask for it: fetched once per version from the npm packages that carry its binaries. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';

export interface NodeReleaseOptions {
  /** One folder a version below it. */
  folder: string;
  /** This program's own file; with `BUN_BE_BUN` it is a package manager. */
  self: string;
  /** Where packages come from; the package manager's own default where it is undefined. */
  registry?: string | undefined;
}

export interface NodeReleases {
  /**
   * Absolute path of a folder with `node` in it, of the newest version that satisfies `range` (as in `engines.node`).
   * A version already here is used before anything is asked of the network. Throws `WindlassError`: `invalid` for a
   * range nothing satisfies, `unavailable` where it cannot be fetched.
   */
  find(range: string): Promise<string>;
}

export function createNodeReleases(options: NodeReleaseOptions): NodeReleases {
  const fetching = new Map<string, Promise<string>>();
  const binOf = (version: string) => join(options.folder, version, 'bin');
  const cached = (range: string) =>
    namesIn(options.folder)
      .filter((version) => existsSync(join(binOf(version), 'node')) && satisfies(version, range))
      .sort(Bun.semver.order)
      .at(-1);
  return {
    async find(range) {
      const version = cached(range);
      if (version !== undefined) return binOf(version);
      const running = fetching.get(range);
      if (running !== undefined) return running;
      const fetched = fetchNode(options, range)
        .then(binOf)
        .finally(() => fetching.delete(range));
      fetching.set(range, fetched);
      return fetched;
    },
  };
}

/** `node-<system>-<architecture>` as they are called on npm. */
function packageName(): string {
  return `node-${process.platform}-${process.arch}`;
}

/** Installs into a scratch folder beside the versions, then moves the whole in one step. Answers the version. */
async function fetchNode({ folder, self, registry }: NodeReleaseOptions, range: string): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const scratch = mkdtempSync(join(folder, '.fetch-'));
  const name = packageName();
  try {
    await Bun.write(join(scratch, 'package.json'), JSON.stringify({ dependencies: { [name]: range } }));
    const child = Bun.spawn([self, 'install', '--no-save', '--ignore-scripts', '--backend=copyfile'], {
      cwd: scratch,
      env: {
        BUN_BE_BUN: '1',
        HOME: scratch,
        PATH: '/usr/bin:/bin',
        BUN_INSTALL_CACHE_DIR: join(scratch, '.cache'),
        ...(registry === undefined ? {} : { BUN_CONFIG_REGISTRY: registry }),
      },
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'pipe',
    });
    const [text, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
    if (code !== 0) throw explain(range, text);
    const from = join(scratch, 'node_modules', name);
    const { version } = (await Bun.file(join(from, 'package.json')).json()) as { version: string };
    const to = join(folder, version);
    if (!existsSync(to)) renameSync(from, to);
    return version;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function explain(range: string, text: string): WindlassError {
  if (
    /No version matching|failed to resolve|GET .* 404/i.test(text) &&
    !/ConnectionRefused|ENOTFOUND/i.test(text)
  ) {
    return new WindlassError('invalid', `no version of Node matches "${range}"`, {
      hint: 'Correct "engines.node" in package.json, for example ">=22".',
      cause: text,
    });
  }
  return new WindlassError('unavailable', `Node ${range} could not be fetched from the package registry`, {
    hint: 'Check that the server reaches the npm registry, or set "runtime": "builtin" in windlass.json.',
    cause: text,
  });
}

function satisfies(version: string, range: string): boolean {
  try {
    return Bun.semver.satisfies(version, range);
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d/.test(name));
  } catch {
    return [];
  }
}
