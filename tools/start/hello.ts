/** The example app: its folder, and a second version of it. */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../root.ts';

export const helloFolder = join(root, 'examples', 'hello');
export const apiPath = '/api/hello';

/** An answer of `/api/hello`, less the time of day in it. */
export interface Greeting {
  greeting: string;
  release: string;
}

/** Copies the app to `folder` with another greeting. Throws where the sources do not hold the one they should. */
export async function copyWithGreeting(folder: string, greeting: string, replacement: string): Promise<void> {
  await cp(helloFolder, folder, {
    recursive: true,
    filter: (path) => !/(^|\/)node_modules(\/|$)/.test(path.slice(helloFolder.length)),
  });
  const path = join(folder, 'server.js');
  const text = await readFile(path, 'utf8');
  if (!text.includes(greeting)) throw new Error(`examples/hello/server.js does not hold "${greeting}"`);
  await writeFile(path, text.replaceAll(greeting, replacement));
}

/** Throws where `body` is not, byte for byte, what the app answers. */
export function readGreeting(body: string): Greeting {
  const { greeting, release, time } = Object(JSON.parse(body));
  const exact = JSON.stringify({ greeting, app: 'hello', release, time });
  if (body !== exact || Number.isNaN(Date.parse(time))) throw new Error(`${apiPath} answered ${body}`);
  return { greeting, release };
}
