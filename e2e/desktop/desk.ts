/** The headless desktop of a test's own, beside a server of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../fixtures/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist/desktop');

export interface Desk {
  /** With the token. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  stop(): Promise<void>;
}

export async function buildDesk(): Promise<void> {
  const bun = join(root, 'node_modules/.bin/bun');
  const { code, stderr } = await run([bun, join(root, 'tools/build-desktop.ts')], { cwd: root });
  if (code !== 0) throw new Error(`the desktop does not build: ${stderr}`);
}

/** `socket`: only the server behind it. `data`: the whole host, with its files there; `files`: where servers' files lie. */
export async function startDesk(what: { socket: string } | { data: string; files?: string }): Promise<Desk> {
  const servers = 'files' in what && what.files !== undefined ? what.files : join(root, 'dist');
  const files = ['--renderer', join(built, 'renderer'), '--files', servers];
  const flags = 'socket' in what ? ['--socket', what.socket] : ['--data', what.data];
  const child = spawn(process.execPath, [join(built, 'headless/main.mjs'), ...files, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await urlOf(child);
  const { origin, port } = new URL(url);
  return {
    url,
    origin,
    port: Number(port),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function urlOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /is at (http:\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    child.once('exit', (code) => reject(new Error(`the desktop ended with ${code}: ${said}`)));
  });
}
