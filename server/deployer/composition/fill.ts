/** Fills the variables of a release into what its Compose file says about a container. Pure. */

import type { SecretFile } from '../runtimes/runtime.ts';
import type { Surroundings, Template } from './companion.ts';
import { interpolate, type Lookup } from './interpolate.ts';

/** Where a value comes from: the app's variables, then the files beside the Compose file (`.env/NAME`, `<service>/NAME`). */
export interface Values {
  readonly variables: Readonly<Record<string, string>>;
  readonly given: Readonly<Record<string, string>>;
}

export const dotEnv = (name: string): string => `.env/${name}`;
export const ofService = (service: string, name: string): string => `${service}/${name}`;

export function lookupIn({ variables, given }: Values): Lookup {
  return (name) => own(variables, name) ?? own(given, dotEnv(name));
}

/** The same without templates, and the secrets as files. Throws `invalid` for a variable that must be set and is not. */
export function fillSurroundings(
  surroundings: Surroundings,
  service: string,
  values: Values,
): { filled: Surroundings; files: SecretFile[] } {
  const lookup = lookupIn(values);
  const fill = (text: Template) => interpolate(text, lookup);
  const { secrets = [], ...rest } = surroundings;
  const { entrypoint, command, environment, healthcheck } = rest;
  const filled = {
    ...rest,
    ...(entrypoint === undefined ? {} : { entrypoint: entrypoint.map(fill) }),
    ...(command === undefined ? {} : { command: command.map(fill) }),
    environment: {
      ...fromFiles(service, values.given),
      ...Object.fromEntries(Object.entries(environment ?? {}).map(([name, text]) => [name, fill(text)])),
    },
    ...(healthcheck === undefined
      ? {}
      : { healthcheck: { ...healthcheck, test: healthcheck.test.map(fill) } }),
  };
  const files = secrets.map((secret) => ({
    path: secret.path,
    text: 'text' in secret ? fill(secret.text) : (own(values.given, secret.given) ?? ''),
  }));
  return { filled, files };
}

/** What the service's `env_file` said. */
function fromFiles(service: string, given: Values['given']): Record<string, string> {
  const prefix = ofService(service, '');
  return Object.fromEntries(
    Object.entries(given)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

const own = (record: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;
