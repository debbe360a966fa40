/** `bun signed-file.ts FILE VERSION`: a file that says it is of that version, signed as this desktop's own. For tests. */

import { readManifest } from '../manifest.ts';
import { compile } from './compile.ts';
import { ensureSigned } from './sign.ts';

const [file = '', version = ''] = process.argv.slice(2);
await compile(null, file, version);
await ensureSigned(file, `${process.platform}-${process.arch}`, (await readManifest()).version);
