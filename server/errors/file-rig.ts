/** For tests with clients of others: the built file on a data folder of its own, with an app whose errors are tracked. */

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlClient, connectControl } from '../kernel/control-client.ts';

export interface FileRig {
  readonly control: ControlClient;
  readonly port: number;
  /** Empty, for whatever a test needs. */
  folder(): Promise<string>;
  deploy(app: string, folder: string): Promise<void>;
  /** Everything it started is gone when it resolves. */
  stop(): Promise<void>;
}

/** The file `npm run build` makes. */
export const windlassFile = new URL('../../dist/windlass', import.meta.url).pathname;

/** Where `tools/suites/clients.ts` installs `e2e/clients/sentry-sdks`. */
export const clientsFolder = new URL('../../.cache/clients/sentry-sdks', import.meta.url).pathname;

export async function startFile(): Promise<FileRig> {
  const root = await mkdtemp(join(tmpdir(), 'errors-file-'));
  const data = join(root, 'data');
  const server = Bun.spawn([windlassFile, 'serve', '--data', data, '--http', '0', '--https', '0'], {
    stdout: 'ignore',
    stderr: Bun.file(join(root, 'log')),
  });
  const control = connectControl(join(data, 'control.sock'));
  const deadline = performance.now() + 20_000;
  let http: string | null = null;
  while (http === null) {
    if (performance.now() > deadline || server.exitCode !== null) {
      throw new Error(`the server did not start:\n${await Bun.file(join(root, 'log')).text()}`);
    }
    http = await control.call('server.info', {}).then(
      (info) => info.http,
      () => null,
    );
    if (http === null) await Bun.sleep(20);
  }
  let folders = 0;
  return {
    control,
    port: Number(http.slice(http.lastIndexOf(':') + 1)),
    async folder() {
      const made = join(root, `folder-${folders++}`);
      await mkdir(made);
      return made;
    },
    async deploy(app, folder) {
      const { code, output } = await runToEnd([windlassFile, 'deploy', app, '--dir', folder, '--data', data]);
      if (code !== 0) throw new Error(`deploying ${app} failed:\n${output}`);
    },
    async stop() {
      // As Ctrl-C does: the apps end too.
      server.kill('SIGINT');
      await server.exited;
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** With what the program wrote to both of its outputs. */
export async function runToEnd(
  argv: readonly string[],
  options: { cwd?: string; env?: Record<string, string | undefined> } = {},
): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([...argv], { stdout: 'pipe', stderr: 'pipe', ...options });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, output: stdout + stderr };
}
