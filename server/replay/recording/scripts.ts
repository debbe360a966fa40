/** The scripts of the recorder: built into the file, compressed, or built here where the server runs from its sources. */

import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants, gzip } from 'node:zlib';

/** Put there by `tools/build/bundle.ts`: text, and Brotli (RFC 7932) in base64. */
declare const WINDLASS_RECORDER_START: string;
declare const WINDLASS_RECORDER: string;

export interface RecorderFile {
  /** Names the content. */
  readonly version: string;
  readonly brotli: Uint8Array;
  plain(): Promise<Uint8Array>;
  gzip(): Promise<Uint8Array>;
}

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);
const gzipped = promisify(gzip);
let file: Promise<RecorderFile> | null = null;
let start: Promise<string> | null = null;

/** What asks whether a page is to be recorded. */
export function startScript(): Promise<string> {
  start ??=
    typeof WINDLASS_RECORDER_START === 'string'
      ? Promise.resolve(WINDLASS_RECORDER_START)
      : buildScript('start.ts');
  return start;
}

export function recorderFile(): Promise<RecorderFile> {
  file ??= (async () => {
    const brotli =
      typeof WINDLASS_RECORDER === 'string'
        ? Buffer.from(WINDLASS_RECORDER, 'base64')
        : await compress(await buildScript('recorder.ts'), {
            params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
          });
    const plain = () => decompress(brotli);
    return {
      version: Bun.hash(brotli).toString(36),
      brotli,
      plain,
      // Few browsers want it: made again for each.
      gzip: async () => gzipped(await plain()),
    };
  })();
  return file;
}

async function buildScript(name: string): Promise<string> {
  const entry = new URL(`../../../sdk/recorder/${name}`, import.meta.url).pathname;
  const built = await Bun.build({ entrypoints: [entry], target: 'browser', format: 'iife', minify: true });
  return (await built.outputs[0]?.text()) ?? '';
}
