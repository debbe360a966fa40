/** `env_file`: files of the source with a service's variables. */

import type { Reading } from './reading.ts';
import type { Service } from './service.ts';
import type { Entry } from './yaml-tree.ts';

export function readEnvFiles(service: Service, entry: Entry, reading: Reading): void {
  const files = entry.value.kind === 'map' ? [entry] : reading.items(entry);
  for (const file of files) {
    if (file.value.kind !== 'map') {
      service.envFiles.push({ path: reading.text(file) ?? '', required: true, line: file.line });
      continue;
    }
    const fields = new Map(reading.pairs(file, false).map((each) => [each.key, each]));
    const path = fields.get('path');
    const required = fields.get('required');
    service.envFiles.push({
      path: path === undefined ? '' : (reading.text(path) ?? ''),
      required: required === undefined || reading.flag(required),
      line: file.line,
    });
  }
}
