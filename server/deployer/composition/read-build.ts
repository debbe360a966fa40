/** `build`: where a service's image comes from. */

import type { Reading } from './reading.ts';
import type { Service } from './service.ts';
import type { Entry } from './yaml-tree.ts';

export function readBuild(service: Service, entry: Entry, reading: Reading): void {
  const build = { context: '.', dockerfile: null, target: null, args: {} } as NonNullable<Service['build']>;
  if (entry.value.kind === 'text') build.context = reading.text(entry) ?? '.';
  else {
    for (const field of reading.pairs(entry, false)) {
      if (field.key === 'context') build.context = reading.text(field) ?? '.';
      else if (field.key === 'dockerfile') build.dockerfile = reading.text(field);
      else if (field.key === 'target') build.target = reading.text(field);
      else if (field.key === 'args') {
        build.args = Object.fromEntries(
          reading.pairs(field).map((each) => [each.key, reading.template(each) ?? '']),
        );
      } else if (!/^x-/.test(field.key))
        reading.faults.warn(field.line, `${entry.key}.${field.key}`, 'is left out');
    }
  }
  service.build = build;
}
