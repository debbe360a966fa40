/** Portkey's gateway, the fastest of the others that is TypeScript, too. Installed as its lock says, outside of our own packages. */

import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Defer } from '../bench.ts';
import { mustRun, runProgram, startChild } from '../machine/child.ts';
import { freePort } from '../machine/port.ts';
import { program } from '../machine/program.ts';
import { until } from '../until.ts';

const source = new URL('./portkey', import.meta.url).pathname;
const folder = new URL('../../.cache/peers/portkey', import.meta.url).pathname;

export interface Portkey {
  readonly port: number;
  readonly pid: number;
  /** What tells it where to ask. */
  headers(provider: string): Record<string, string>;
}

export async function startPortkey(options: {
  folder: string;
  defer: Defer;
  wrap(argv: readonly string[]): string[];
}): Promise<Portkey> {
  const entry = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (!existsSync(entry)) {
    await mkdir(folder, { recursive: true });
    await cp(source, folder, { recursive: true });
    await runProgram([
      program('npm'),
      'ci',
      '--prefix',
      folder,
      '--no-fund',
      '--no-audit',
      '--loglevel=error',
    ]);
  }
  const port = await freePort();
  const child = startChild(options.wrap([program('node'), entry, `--port=${port}`, '--headless']), {
    log: join(options.folder, 'portkey.log'),
    defer: options.defer,
  });
  await until('Portkey answers', async () => {
    await mustRun('Portkey', child);
    return (await fetch(`http://127.0.0.1:${port}/`).catch(() => null)) === null ? null : true;
  });
  return {
    port,
    pid: child.pid,
    headers: (provider) => ({ 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${provider}/v1` }),
  };
}
