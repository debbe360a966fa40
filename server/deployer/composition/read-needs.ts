/** `depends_on`: whom a service waits for, and for what. */

import type { Condition } from './companion.ts';
import type { Reading } from './reading.ts';
import type { Service } from './service.ts';
import type { Entry } from './yaml-tree.ts';

const conditions: Readonly<Record<string, Condition>> = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
};

export function readNeeds(service: Service, entry: Entry, reading: Reading): void {
  if (entry.value.kind !== 'map') {
    for (const item of reading.items(entry)) {
      const name = reading.text(item);
      if (name !== null) service.needs.push({ service: name, condition: 'started' });
    }
    return;
  }
  for (const each of entry.value.entries) {
    let condition: Condition = 'started';
    for (const field of reading.pairs(each, false)) {
      if (field.key !== 'condition') continue;
      const word = reading.text(field) ?? '';
      const found = Object.hasOwn(conditions, word) ? conditions[word] : undefined;
      if (found === undefined) {
        reading.refuse(field, `is "${word}", and must be one of ${Object.keys(conditions).join(', ')}`);
      } else condition = found;
    }
    service.needs.push({ service: each.key, condition });
  }
}
