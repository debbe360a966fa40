/** `command` and its like: words to start something with. */

import { splitWords } from './amounts.ts';
import type { Template } from './companion.ts';
import type { Reading } from './reading.ts';
import type { Entry } from './yaml-tree.ts';

/** A list as it is; a line split as a shell would. */
export function readArgv(entry: Entry, reading: Reading): Template[] {
  if (entry.value.kind === 'text') return splitWords(reading.template(entry) ?? '');
  return reading.items(entry).flatMap((item) => reading.template(item) ?? []);
}
