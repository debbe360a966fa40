/** The script for pages: built into the file, or built here where the server runs from its sources. */

import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { ScriptFile } from './endpoints.ts';

/** Put there by `tools/build/bundle.ts`. */
declare const WINDLASS_ANALYTICS_SCRIPT: string;

/** By what was added to it: few say different things. */
const files = new Map<string, Promise<ScriptFile>>();

/** `part`: what is added to it, a script of its own; empty for nothing. */
export function scriptFile(part: string): Promise<ScriptFile> {
  const known = files.get(part);
  if (known !== undefined) return known;
  const made = makeFile(part);
  files.set(part, made);
  return made;
}

async function makeFile(part: string): Promise<ScriptFile> {
  const own = typeof WINDLASS_ANALYTICS_SCRIPT === 'string' ? WINDLASS_ANALYTICS_SCRIPT : await buildScript();
  const plain = Buffer.from(own + part);
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
