/** Puts the files of a small app into a folder. */

import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** `files`: path inside the folder to content; anything but a string is written as JSON. Overwrites what is there. */
export async function writeApp(folder: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await Bun.write(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return folder;
}
