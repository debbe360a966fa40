/** `healthcheck`: how a service says that it is well. */

import { parseDuration, positive } from './amounts.ts';
import { readArgv } from './read-argv.ts';
import type { Reading } from './reading.ts';
import type { Service } from './service.ts';
import type { Entry } from './yaml-tree.ts';

export function readHealth(service: Service, entry: Entry, reading: Reading): void {
  const fields = new Map(reading.pairs(entry, false).map((each) => [each.key, each]));
  const time = (name: string) => {
    const field = fields.get(name);
    return field === undefined ? null : reading.number(field, parseDuration, '30s');
  };
  const disable = fields.get('disable');
  const tested = fields.get('test');
  const retries = fields.get('retries');
  const test =
    disable !== undefined && reading.flag(disable)
      ? ['NONE']
      : tested === undefined
        ? null
        : tested.value.kind === 'text'
          ? ['CMD-SHELL', reading.template(tested) ?? '']
          : readArgv(tested, reading);
  const figures = {
    interval: time('interval'),
    timeout: time('timeout'),
    startPeriod: time('start_period'),
    retries: retries === undefined ? null : reading.number(retries, positive, '3'),
  };
  service.surroundings = {
    ...service.surroundings,
    healthcheck: {
      test: test ?? [],
      ...Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null)),
    },
  };
}
