/** The example app: its folder, and a second version of it. */

import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../root.ts';

export const helloFolder = join(root, 'examples', 'hello');
export const apiPath = '/api/hello';

/** Copies the app to `folder` with `message` in place of the one that the sources hold. Throws where they hold none. */
export async function copyWithMessage(folder: string, message: string, replacement: string): Promise<void> {
  await cp(helloFolder, folder, {
    recursive: true,
    filter: (path) => !/(^|\/)node_modules(\/|$)/.test(path.slice(helloFolder.length)),
  });
  let found = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(() => '');
    if (!text.includes(message)) continue;
    found++;
    await writeFile(path, text.replaceAll(message, replacement));
  }
  if (found === 0) throw new Error(`no file of examples/hello holds its message "${message}"`);
}

/** The message in an answer of `/api/hello`. */
export function messageOf(body: string): string {
  const { message } = Object(JSON.parse(body));
  if (typeof message !== 'string') throw new Error(`${apiPath} answered without a message: ${body}`);
  return message;
}
