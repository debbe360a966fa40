/** One `bun build --compile`: from the entry points to one executable file. */

import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cache, root } from '../root.ts';
import { runProcess } from '../run-process.ts';
import type { Bundle } from './bundle.ts';
import type { Target } from './targets.ts';

/** The server, and what it starts as Workers: those must be named to be found inside the file. */
const entries = [
  'server/main.ts',
  'server/kernel/telemetry-worker.ts',
  'server/errors/errors-worker.ts',
  'server/analytics/collect-worker.ts',
  'server/analytics/ask-worker.ts',
  'server/gateway/worker/entry.ts',
];

export interface Compiled {
  ms: number;
  bytes: number;
}

/** Null for this machine's own platform. Throws with the compiler's words. */
export async function compile(target: Target | null, file: string, version: string): Promise<Compiled> {
  const from = performance.now();
  await mkdir(dirname(file), { recursive: true });
  // Under a running server the file cannot be written, but it can be replaced.
  const fresh = `${file}.new`;
  let ran = await build(target, fresh, version, null);
  if (ran.code !== 0 && target !== null) {
    ran = await build(target, fresh, version, await fetchRuntime(target));
  }
  if (ran.code !== 0) {
    await rm(fresh, { force: true });
    throw new Error(`compiling ${target?.name ?? 'windlass'} failed:\n${ran.output}`);
  }
  await rename(fresh, file);
  return { ms: performance.now() - from, bytes: Bun.file(file).size };
}

/** In a process of its own: the bundler keeps what it read, and one that crashes must not take the build along. */
function build(target: Target | null, file: string, version: string, runtime: string | null) {
  const bundle: Bundle = {
    entries: entries.filter((entry) => existsSync(join(root, entry))),
    outfile: file,
    version,
    target: target?.bun ?? null,
    runtime,
  };
  return runProcess([process.execPath, join(root, 'tools/build/bundle.ts'), JSON.stringify(bundle)], {
    cwd: root,
    output: 'keep',
    env: { ...process.env, BUN_INSTALL_CACHE_DIR: join(cache, 'bun') },
  });
}

/** The platform's Bun from its npm package, for where Bun's own download does not get through. */
async function fetchRuntime(target: Target): Promise<string> {
  const folder = join(cache, 'runtimes', `${target.name}-${Bun.version}`);
  const runtime = join(folder, 'package', 'bin', 'bun');
  if (existsSync(runtime)) return runtime;
  await mkdir(folder, { recursive: true });
  const name = `${target.package}@${Bun.version}`;
  const packed = await runProcess(['npm', 'pack', '--silent', '--pack-destination', folder, name], {
    output: 'keep',
  });
  const archive = packed.output.trim().split('\n').at(-1) ?? '';
  if (packed.code !== 0) throw new Error(`npm pack ${name} failed:\n${packed.output}`);
  const unpacked = await runProcess(['tar', '-xzf', join(folder, archive), '-C', folder], { output: 'keep' });
  if (unpacked.code !== 0) throw new Error(`${archive} cannot be unpacked:\n${unpacked.output}`);
  return runtime;
}
