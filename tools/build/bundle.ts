/** Bundles and compiles: what `compile.ts` starts as a process of its own, with a `Bundle` as its one argument. */

import { brotliCompressSync } from 'node:zlib';
import type { BunPlugin } from 'bun';

export interface Bundle {
  entries: string[];
  outfile: string;
  version: string;
  /** As `bun build --target` has it; null for this machine. */
  target: string | null;
  /** A file with the target's Bun, where it was fetched beforehand. */
  runtime: string | null;
}

/**
 * What `dockerode` loads for sessions of BuildKit, engines over SSH and TLS, terminals and packing folders, none of which is
 * used. Left out they save 17 MB resident and a third of a second.
 */
const leftOut =
  /^(@grpc\/grpc-js|@grpc\/proto-loader|protobufjs|ssh2|\.\/session|\.\/ssh|\.\/http_duplex|tar-fs|@balena\/dockerignore|split-ca|debug)$/;

const leaveOut: BunPlugin = {
  name: 'leave-out',
  setup(build) {
    build.onResolve({ filter: leftOut }, ({ path, importer }) =>
      // ssh2 is left out where docker-modem asks for it, and nowhere else.
      /node_modules\/(dockerode|docker-modem)\//.test(importer) ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({
      // `debug` is called for a function as it is loaded.
      contents: 'module.exports = () => () => {};',
      loader: 'js',
    }));
  },
};

/** A script for pages, built first and carried by the file as text. */
async function pageScript(path: string): Promise<string> {
  const entry = new URL(`../../sdk/${path}`, import.meta.url).pathname;
  const built = await Bun.build({ entrypoints: [entry], target: 'browser', format: 'iife', minify: true });
  return (await built.outputs[0]?.text()) ?? '';
}

if (import.meta.main) {
  const bundle = JSON.parse(process.argv[2] ?? '{}') as Bundle;
  const built = await Bun.build({
    entrypoints: bundle.entries,
    compile: {
      outfile: bundle.outfile,
      // What lies in the folder where `windlass` is run must not change it.
      autoloadDotenv: false,
      autoloadBunfig: false,
      ...(bundle.target === null ? {} : { target: bundle.target as Bun.Build.CompileTarget }),
      ...(bundle.runtime === null ? {} : { executablePath: bundle.runtime }),
    },
    minify: { whitespace: true, syntax: true, identifiers: true, keepNames: true },
    // Parsed at build time, it would start in 36 ms in place of 100, and be 4.8 MB more to download than may be.
    bytecode: false,
    format: 'esm',
    define: {
      WINDLASS_VERSION: JSON.stringify(bundle.version),
      WINDLASS_ANALYTICS_SCRIPT: JSON.stringify(await pageScript('script.ts')),
      WINDLASS_RECORDER_START: JSON.stringify(await pageScript('recorder/start.ts')),
      // Compressed once and for all: it is served so, and never unpacked for most browsers.
      WINDLASS_RECORDER: JSON.stringify(
        brotliCompressSync(await pageScript('recorder/recorder.ts')).toString('base64'),
      ),
    },
    plugins: [leaveOut],
    throw: false,
  });
  for (const message of built.logs) console.error(String(message));
  process.exit(built.success ? 0 : 1);
}
