/** `size`: how big the one file is, and its download. */

import { join } from 'node:path';
import { compile } from '../tools/build/compile.ts';
import { targets } from '../tools/build/targets.ts';
import type { Bench } from './bench.ts';
import { windlassFile } from './peers/windlass.ts';

/** As releases are compressed. */
const zstdLevel = 19;

export const size: Bench = {
  name: 'size',
  summary: 'bytes of the linux-x64 file, raw and as it is downloaded',
  async run({ folder, say }) {
    const file = await linuxFile(folder);
    say(`compressing ${file}; this takes a while`);
    const raw = await Bun.file(file).bytes();
    const packed = await Bun.zstdCompress(raw, { level: zstdLevel });
    return {
      figures: [
        { name: 'download', value: packed.byteLength / 1e6, unit: 'MB', bar: 'download size' },
        { name: 'raw', value: raw.byteLength / 1e6, unit: 'MB' },
      ],
      notes: [`linux-x64, zstd level ${zstdLevel}`],
    };
  },
};

async function linuxFile(folder: string): Promise<string> {
  if (process.platform === 'linux' && process.arch === 'x64') return windlassFile;
  const target = targets.find(({ name }) => name === 'linux-x64');
  if (target === undefined) throw new Error('there is no target linux-x64');
  const file = join(folder, 'windlass-linux-x64');
  await compile(target, file, 'bench');
  return file;
}
