/** `deploy.resources.limits`: what a service may use. */

import { parseSize, positive } from './amounts.ts';
import type { Reading } from './reading.ts';
import type { Service } from './service.ts';
import type { Entry } from './yaml-tree.ts';

export function readLimits(service: Service, entry: Entry, reading: Reading): void {
  const limits = reading.pairs(entry, false).find(({ key }) => key === 'limits');
  if (limits === undefined) return;
  for (const field of reading.pairs(limits, false)) {
    if (field.key === 'memory') service.memory = reading.number(field, parseSize, '512m');
    else if (field.key === 'cpus') service.cpu = reading.number(field, positive, '0.5');
    else reading.faults.warn(field.line, `${entry.key}.limits.${field.key}`, 'is left out');
  }
}
