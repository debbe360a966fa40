/** Bundles the desktop: the renderer for each surroundings, and the programs that serve it. Nothing is fetched. */

import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureSigned, signingPublicKey } from './build/sign.ts';
import { readManifest } from './manifest.ts';
import { dist, root, windlassFile } from './root.ts';

const desktopDist = join(dist, 'desktop');
const renderer = join(root, 'desktop/renderer');

/** Of `dist/windlass`. */
const ownTarget = `${process.platform}-${process.arch}`;

export interface DesktopBuild {
  /** The folder of the renderer for a browser. */
  renderer: string;
  /** Run it with Node. */
  headless: string;
}

/** Throws with the bundler's words. */
export async function buildDesktop(): Promise<DesktopBuild> {
  const headless = join(desktopDist, 'headless');
  await bundleRenderer('entry-browser.tsx', join(desktopDist, 'renderer'));
  await bundleRenderer('entry-electron.tsx', join(desktopDist, 'renderer-electron'));
  const { version } = await readManifest();
  if (existsSync(windlassFile)) await ensureSigned(windlassFile, ownTarget, version);
  const define = {
    WINDLASS_VERSION: JSON.stringify(version),
    WINDLASS_PUBLIC_KEY: JSON.stringify(await signingPublicKey()),
    WINDLASS_UPDATES: JSON.stringify(process.env.WINDLASS_UPDATES ?? ''),
  };
  await bundle({
    ...nodeProgram,
    entrypoints: [join(root, 'desktop/headless/main.ts')],
    outdir: headless,
    define,
  });
  await bundle({
    ...nodeProgram,
    entrypoints: [join(root, 'desktop/main/main.ts'), join(root, 'desktop/main/host-entry.ts')],
    outdir: join(desktopDist, 'main'),
    external: [...nodeProgram.external, 'electron'],
    define,
  });
  // A sandboxed preload is one CommonJS file.
  await bundle({
    ...nodeProgram,
    entrypoints: [join(root, 'desktop/preload/preload.ts')],
    outdir: join(desktopDist, 'preload'),
    format: 'cjs',
    naming: '[name].cjs',
    external: ['electron'],
  });
  return { renderer: join(desktopDist, 'renderer'), headless: join(headless, 'main.mjs') };
}

const nodeProgram = {
  target: 'node' as const,
  format: 'esm' as const,
  naming: '[name].mjs',
  // Native speed-ups of ssh2; it does without them.
  external: ['cpu-features', '*.node'],
} satisfies Partial<Parameters<typeof Bun.build>[0]>;

async function bundleRenderer(entry: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await bundle({
    entrypoints: [join(renderer, 'app', entry)],
    outdir: folder,
    target: 'browser',
    format: 'esm',
    minify: true,
    naming: 'entry.[ext]',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  // A Worker, and SQLite for it: asked for when a page reads the copy on this computer, and not before.
  await bundle({
    entrypoints: [join(renderer, 'features/analytics/copy-worker.ts')],
    outdir: folder,
    target: 'browser',
    format: 'esm',
    minify: true,
    naming: '[name].js',
  });
  await cp(join(root, 'node_modules/sql.js/dist/sql-wasm-browser.wasm'), join(folder, 'sql.wasm'));
  for (const file of ['index.html', 'icon.svg']) await cp(join(renderer, file), join(folder, file));
}

async function bundle(options: Parameters<typeof Bun.build>[0]): Promise<void> {
  const built = await Bun.build({ ...options, throw: false });
  if (!built.success) throw new Error(`bundling failed:\n${built.logs.join('\n')}`);
}

if (import.meta.main) {
  const from = performance.now();
  await buildDesktop();
  console.log(`dist/desktop built in ${((performance.now() - from) / 1000).toFixed(1)} s`);
}
