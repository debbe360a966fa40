/** `npm run desktop`: builds the desktop and opens it; with `--headless`, serves it to a browser on this computer. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildHere } from './build.ts';
import { buildDesktop } from './build-desktop.ts';
import { dist, root } from './root.ts';
import { endAllOnSignal, runProcess } from './run-process.ts';

endAllOnSignal();
const args = process.argv.slice(2);
try {
  await buildHere({ force: false });
  const built = await buildDesktop();
  process.exit(
    args.includes('--headless')
      ? await run(['node', built.headless, ...args, '--renderer', built.renderer, '--files', dist])
      : await openElectron(),
  );
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

async function openElectron(): Promise<number> {
  const electron = join(root, 'node_modules/electron');
  if (!existsSync(join(electron, 'path.txt'))) {
    console.error(
      'error: Electron’s own program is not installed. Run `node node_modules/electron/install.js`, or use --headless.',
    );
    return 1;
  }
  return run(['node', join(electron, 'cli.js'), join(root, 'dist/desktop/main/main.mjs'), ...args]);
}

async function run(argv: readonly string[]): Promise<number> {
  return (await runProcess(argv, { cwd: root, output: 'show' })).code;
}
