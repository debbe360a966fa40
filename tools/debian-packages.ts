/** What tests need of the system, installed from Debian packages: only as root, only on Debian, only when asked. */

import { existsSync } from 'node:fs';
import { runProcess } from './run-process.ts';

const apt = { DEBIAN_FRONTEND: 'noninteractive' };
const timeoutMs = 300_000;

/** Installs what is missing. Says so and goes on where it cannot: the tests themselves then tell what they lack. */
export async function ensurePackages(names: readonly string[], print: (line: string) => void): Promise<void> {
  if (names.length === 0 || !existsSync('/etc/debian_version')) return;
  const missing: string[] = [];
  for (const name of names) if (!(await isInstalled(name))) missing.push(name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    print(
      `missing: ${missing.join(' ')}; install them with \`apt-get install ${missing.join(' ')}\` as root`,
    );
    return;
  }
  print(`installing ${missing.join(' ')}`);
  const env = { ...process.env, ...apt };
  const update = await runProcess(['apt-get', 'update'], { output: 'keep', env, timeoutMs });
  if (update.code !== 0) print(update.output.trimEnd());
  const install = await runProcess(['apt-get', 'install', '-y', '--no-install-recommends', ...missing], {
    output: 'keep',
    env,
    timeoutMs,
  });
  if (install.code !== 0) print(install.output.trimEnd());
}

async function isInstalled(name: string): Promise<boolean> {
  const asked = await runProcess(['dpkg', '-s', name], { output: 'keep' });
  return asked.code === 0 && /^Status: install ok installed$/m.test(asked.output);
}
