/** The script for pages: built into the file, or built here where the server runs from its sources. */

import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { ScriptFile } from './endpoints.ts';

/** Put there by `tools/build/bundle.ts`. */
declare const WINDLASS_ANALYTICS_SCRIPT: string;

let file: Promise<ScriptFile> | null = null;

export function scriptFile(): Promise<ScriptFile> {
  file ??= makeFile();
  return file;
}

async function makeFile(): Promise<ScriptFile> {
  const plain = Buffer.from(
    typeof WINDLASS_ANALYTICS_SCRIPT === 'string' ? WINDLASS_ANALYTICS_SCRIPT : await buildScript(),
  );
  return {
    plain,
    brotli: brotliCompressSync(plain),
    gzip: gzipSync(plain, { level: 9 }),
    etag: `"${Bun.hash(plain).toString(36)}"`,
  };
}

async function buildScript(): Promise<string> {
  const entry = new URL('../../sdk/script.ts', import.meta.url).pathname;
  const built = await Bun.build({ entrypoints: [entry], target: 'browser', format: 'iife', minify: true });
  return (await built.outputs[0]?.text()) ?? '';
}
