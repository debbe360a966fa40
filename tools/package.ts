/** `npm run package`: the desktop as packages to install, with the servers' files inside. Arguments go to electron-builder. */

import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { targets } from './build/targets.ts';
import { buildDesktop } from './build-desktop.ts';
import { cache, dist, root } from './root.ts';
import { endAllOnSignal, runProcess } from './run-process.ts';

const packager = join(cache, 'packager');

endAllOnSignal();
try {
  await run([process.execPath, join(root, 'tools/build.ts'), '--all'], root);
  const missing = targets.filter(({ name }) => !existsSync(join(dist, `windlass-${name}.sig`)));
  if (missing.length > 0) throw new Error(`not signed: ${missing.map(({ name }) => name).join(', ')}`);
  await buildDesktop();
  await installPackager();
  const { version } = (await Bun.file(join(root, 'node_modules/electron/package.json')).json()) as {
    version: string;
  };
  const tested =
    process.env.WINDLASS_TESTED === '1' ? ['-c.electronFuses.enableNodeCliInspectArguments=true'] : [];
  await run(
    [
      join(packager, 'node_modules/.bin/electron-builder'),
      '--config',
      'electron-builder.yml',
      `-c.electronVersion=${version}`,
      ...tested,
      ...process.argv.slice(2),
    ],
    root,
  );
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

/** Beside the project, so that nobody who only builds or tests waits for three hundred packages. */
async function installPackager(): Promise<void> {
  await mkdir(packager, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(join(root, 'tools/packager', file), join(packager, file));
  }
  await run(['npm', 'ci', '--no-fund', '--no-audit', '--loglevel=error'], packager);
}

async function run(argv: readonly string[], cwd: string): Promise<void> {
  const { code } = await runProcess(argv, { cwd, output: 'show' });
  if (code !== 0) throw new Error(`${argv[0]} ended with ${code}`);
}
