/** The latest commits of a repository, as `git log` tells them. */

import { execFile } from 'node:child_process';
import { type Commit, mostCommits, mostFiles } from '../../../shared/deployer/commit.ts';

const timeoutMs = 5000;
const mostBytes = 4 * 1024 ** 2;

/** Newest first; `env` in place of this process's. Empty where the folder is in no repository, has no commit, or there is no git: nothing depends on it. */
export function gitHistory(
  folder: string,
  { program = 'git', env }: { program?: string; env?: Record<string, string | undefined> } = {},
): Promise<Commit[]> {
  const argv = [
    ...['-c', 'core.quotePath=false', '-c', 'core.fsmonitor=false', '-c', 'log.showSignature=false'],
    ...['-c', 'core.askPass=true', '-c', 'credential.interactive=false'],
    ...['log', '-n', String(mostCommits), '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames'],
    ...['--name-only', '--format=%x1e%H%x1f%P%x1f%an%x1f%ct%x1f%s%x1f'],
  ];
  return new Promise((resolve) => {
    const options = {
      cwd: folder,
      ...(env === undefined ? {} : { env: env as NodeJS.ProcessEnv }),
      timeout: timeoutMs,
      maxBuffer: mostBytes,
    };
    // Output beyond the bound is cut off: what came is the newest.
    execFile(program, argv, options, (_, stdout) => resolve(readLog(stdout)));
  });
}

function readLog(text: string): Commit[] {
  return text
    .split('\u001e')
    .slice(1, mostCommits + 1)
    .flatMap((record) => {
      const [id = '', parents = '', author = '', seconds = '', subject = '', names = ''] =
        record.split('\u001f');
      // Messages and names may hold what parts records here; such a commit is left out, and not the deployment with it.
      if (!/^[0-9a-f]{40,64}$/.test(id) || !/^\d{1,11}$/.test(seconds)) return [];
      // The first commit, and the oldest of a shallow clone, seem to have made every file.
      const touched = parents === '' ? [] : names.split('\n');
      const files = touched.filter((name) => name !== '' && name.length <= 500);
      return [
        {
          id,
          author: author.slice(0, 100),
          at: Number(seconds) * 1000,
          subject: subject.slice(0, 200),
          files: files.slice(0, mostFiles),
        },
      ];
    });
}
