/** The downloads of a compiled file: zstd for new systems, gzip for all others. */

import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** zstd's highest level without its large-window formats, which old decoders refuse. */
const zstdLevel = 19;

export interface Compressed {
  zst: number;
  gz: number;
}

/** Writes `<file>.zst` and `<file>.gz`; sizes in bytes. */
export async function compress(file: string): Promise<Compressed> {
  const content = await Bun.file(file).bytes();
  const [zst, gz] = await Promise.all([
    Bun.zstdCompress(content, { level: zstdLevel }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([Bun.write(`${file}.zst`, zst), Bun.write(`${file}.gz`, gz)]);
  return { zst: zst.byteLength, gz: gz.byteLength };
}

/** `<hex>  <name>` a line, as `sha256sum -c` reads it. */
export async function sumLines(files: readonly { path: string; name: string }[]): Promise<string> {
  const lines: string[] = [];
  for (const { path, name } of files) {
    const hash = new Bun.CryptoHasher('sha256');
    for await (const chunk of Bun.file(path).stream()) hash.update(chunk);
    lines.push(`${hash.digest('hex')}  ${name}\n`);
  }
  return lines.join('');
}
