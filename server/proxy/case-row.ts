/** Rows of the shared cases by name, so that a test can cite the one it proves. */

import { readFileSync } from 'node:fs';

const cases: { name: string }[] = JSON.parse(
  readFileSync(new URL('../../../shared/cases/proxy.json', import.meta.url), 'utf8'),
);

/** `name`, which is then sure to be a row's. */
export function row(name: string): string {
  if (!cases.some((one) => one.name === name)) throw new Error(`no case is called ${name}`);
  return name;
}
