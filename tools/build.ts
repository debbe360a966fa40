/** `npm run build`: `dist/windlass` for this machine; with `--all`, every platform's file, its downloads and sums. */

import { join } from 'node:path';
import { compile } from './build/compile.ts';
import { type Compressed, compress, sumLines } from './build/compress.ts';
import { hashInputs, isFresh, markFresh } from './build/freshness.ts';
import { ensureSigned } from './build/sign.ts';
import { type Target, targets } from './build/targets.ts';
import { readManifest } from './manifest.ts';
import { dist, windlassFile } from './root.ts';
import { endAllOnSignal } from './run-process.ts';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`.padStart(9);

/** Compiles unless nothing changed; milliseconds it took, 0 where there was nothing to do. */
export async function buildHere(options: { force: boolean }): Promise<number> {
  const inputs = await hashInputs();
  if (!options.force && (await isFresh(inputs))) return 0;
  const { version } = await readManifest();
  const { ms } = await compile(null, windlassFile, version);
  await ensureSigned(windlassFile, `${process.platform}-${process.arch}`, version);
  await markFresh(inputs);
  return ms;
}

async function buildAll(): Promise<void> {
  const rows: { target: Target; bytes: number; ms: number; packed: Compressed }[] = [];
  const { version } = await readManifest();
  for (const target of targets) {
    const file = join(dist, `windlass-${target.name}`);
    const { ms, bytes } = await compile(target, file, version);
    console.log(`compiled ${target.name} in ${(ms / 1000).toFixed(1)} s; compressing`);
    await ensureSigned(file, target.name, version);
    rows.push({ target, bytes, ms, packed: await compress(file) });
  }
  const names = rows.flatMap(({ target }) =>
    ['', '.zst', '.gz'].map((end) => `windlass-${target.name}${end}`),
  );
  await Bun.write(
    join(dist, 'SHA256SUMS'),
    await sumLines(names.map((name) => ({ name, path: join(dist, name) }))),
  );
  console.log(`\n${'file'.padEnd(26)}${'raw'.padStart(9)}${'zstd-19'.padStart(10)}${'gzip'.padStart(10)}`);
  for (const { target, bytes, packed } of rows) {
    const name = `windlass-${target.name}`.padEnd(26);
    console.log(`${name}${megabytes(bytes)} ${megabytes(packed.zst)} ${megabytes(packed.gz)}`);
  }
  console.log(`\nsums in ${join('dist', 'SHA256SUMS')}`);
}

if (import.meta.main) {
  endAllOnSignal();
  const args = process.argv.slice(2);
  const odd = args.find((arg) => !['--all', '--force'].includes(arg));
  if (odd !== undefined) {
    console.error(`error: build has no ${odd}. It knows --all and --force.`);
    process.exit(2);
  }
  try {
    if (args.includes('--all')) await buildAll();
    else {
      const ms = await buildHere({ force: args.includes('--force') });
      const how = ms === 0 ? 'is up to date' : `built in ${(ms / 1000).toFixed(1)} s`;
      console.log(`dist/windlass ${how},${megabytes(Bun.file(windlassFile).size)}`);
    }
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
