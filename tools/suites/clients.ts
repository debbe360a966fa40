/**
 * The software of others that tests use as it is: SDKs, trackers, command lines. Each folder of `e2e/clients` is a package
 * of its own, so that none of it is among the project's dependencies.
 */

import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, root } from '../root.ts';
import { runProcess } from '../run-process.ts';

const sources = join(root, 'e2e/clients');
const timeoutMs = 300_000;

/** Where `ensureClients` puts the folder `name` of `e2e/clients`, its `node_modules` beside its files. */
function clientFolder(name: string): string {
  return join(cache, 'clients', name);
}

/** Installs what is not there as its lock says. Throws with npm's words. */
export async function ensureClients(): Promise<void> {
  if (!existsSync(sources)) return;
  for (const name of await readdir(sources)) await ensureClient(name);
}

async function ensureClient(name: string): Promise<void> {
  const folder = clientFolder(name);
  const done = join(folder, '.installed');
  const wanted = await Bun.file(join(sources, name, 'package-lock.json')).text();
  const found = await Bun.file(done)
    .text()
    .catch(() => null);
  if (found !== wanted) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  // The files beside the lock are small, and may be newer than the installation.
  await cp(join(sources, name), folder, { recursive: true });
  if (found === wanted) return;
  const ran = await runProcess(['npm', 'ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    output: 'keep',
    timeoutMs,
  });
  if (ran.code !== 0) throw new Error(`installing e2e/clients/${name} failed:\n${ran.output}`);
  await Bun.write(done, wanted);
}
