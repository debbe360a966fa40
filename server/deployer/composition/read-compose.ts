/** A Compose file as a whole: its services, its volumes, where its secrets come from. By the Compose specification. */

import { nearestWord } from '../../../shared/deployer/nearest-word.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Faults } from './faults.ts';
import type { Lookup } from './interpolate.ts';
import { volumeSlug } from './read-volume.ts';
import { createReading, type Reading } from './reading.ts';
import type { ComposeFile, Service } from './service.ts';
import { readerOf, serviceKeys } from './service-keys.ts';
import { type Entry, readYaml } from './yaml-tree.ts';

const topKeys = ['services', 'volumes', 'secrets', 'configs', 'networks', 'name', 'version'];
const mostServices = 50;

/**
 * Refusals and warnings go to `faults`; whoever asked settles them. Throws `invalid` for what is no YAML or no Compose
 * file. Services with a profile are left out, as `docker compose up` does.
 */
export async function readCompose(
  text: string,
  file: string,
  faults: Faults,
  lookup: Lookup,
): Promise<ComposeFile> {
  const root = await readYaml(text, file);
  const reading = createReading(faults, lookup);
  const top = root.kind === 'map' ? root.entries : [];
  const find = (key: string) => top.find((entry) => entry.key === key);
  const services = find('services');
  if (services === undefined || services.value.kind !== 'map' || services.value.entries.length === 0) {
    throw new WindlassError('invalid', `${file} has no services`, {
      hint: 'It needs "services:" with a service in it.',
    });
  }
  for (const entry of top) {
    if (topKeys.includes(entry.key) || entry.key.startsWith('x-')) continue;
    const nearest = nearestWord(entry.key, topKeys);
    reading.refuse(
      entry,
      'is not supported',
      nearest === null ? 'Take it away.' : `Did you mean "${nearest}"?`,
    );
  }
  if (services.value.entries.length > mostServices) {
    reading.refuse(services, `has more than ${mostServices} services`);
  }
  const read = services.value.entries.slice(0, mostServices).map((entry) => readService(entry, reading));
  return {
    services: leaveOutProfiles(read, faults),
    volumes: volumeNames(find('volumes'), reading),
    secrets: sources(find('secrets'), reading),
    configs: sources(find('configs'), reading),
  };
}

function readService(entry: Entry, reading: Reading): Service {
  const service: Service = {
    name: entry.key,
    line: entry.line,
    image: null,
    build: null,
    surroundings: {},
    placed: [],
    needs: [],
    published: [],
    exposed: [],
    envFiles: [],
    restart: null,
    stopGraceMs: null,
    memory: null,
    cpu: null,
    replicas: null,
    profiles: [],
    secrets: [],
    configs: [],
  };
  if (!/^[a-zA-Z0-9][\w.-]{0,62}$/.test(entry.key)) {
    reading.refuse(entry, 'is no name for a service', 'It has letters, digits, "-", "_" and ".".');
  }
  for (const field of reading.pairs(entry, false)) {
    const reader = readerOf(field.key);
    const shown = { ...field, key: `services.${entry.key}.${field.key}` };
    if (reader !== null) {
      reader(service, shown, reading);
      continue;
    }
    const nearest = nearestWord(field.key, serviceKeys);
    reading.refuse(shown, 'is not known', nearest === null ? undefined : `Did you mean "${nearest}"?`);
  }
  if (service.image === null && service.build === null) {
    reading.refuse(entry, 'has neither "image" nor "build"');
  }
  return service;
}

function leaveOutProfiles(services: readonly Service[], faults: Faults): Service[] {
  const kept = services.filter(({ profiles }) => profiles.length === 0);
  for (const { name, line, profiles } of services) {
    if (profiles.length > 0) faults.warn(line, `services.${name}`, `is of a profile and left out`);
  }
  const names = new Set(kept.map(({ name }) => name));
  for (const service of kept) {
    for (const { service: needed } of service.needs) {
      if (names.has(needed)) continue;
      faults.refuse(
        service.line,
        `services.${service.name}.depends_on`,
        `names ${needed}, which is no service`,
      );
    }
  }
  return kept;
}

function volumeNames(entry: Entry | undefined, reading: Reading): string[] {
  if (entry === undefined) return [];
  const slugs = new Map<string, string>();
  return reading.pairs(entry, false).map((volume) => {
    const slug = volumeSlug(volume.key);
    const other = slugs.get(slug);
    if (other !== undefined) reading.refuse(volume, `and ${other} would be the same volume ${slug} here`);
    slugs.set(slug, volume.key);
    for (const field of reading.pairs(volume, false)) {
      if (field.key === 'external' && field.value.kind === 'text' && field.value.text === 'true') {
        reading.refuse(volume, 'is external', 'Volumes belong to the app; take "external" away.');
      } else if (field.key === 'driver_opts' || (field.key === 'driver' && reading.text(field) !== 'local')) {
        reading.faults.warn(field.line, `volumes.${volume.key}.${field.key}`, 'is left out');
      }
    }
    return slug;
  });
}

/** Where secrets and configs come from: a file of the source, a variable, or text in the Compose file. */
function sources(entry: Entry | undefined, reading: Reading): ComposeFile['secrets'] {
  const found = new Map<string, { kind: 'file'; path: string } | { kind: 'text'; text: string }>();
  for (const each of entry === undefined ? [] : reading.pairs(entry, false)) {
    const fields = new Map(reading.pairs(each, false).map((field) => [field.key, field]));
    const file = fields.get('file');
    const variable = fields.get('environment');
    const content = fields.get('content');
    if (file !== undefined) found.set(each.key, { kind: 'file', path: reading.text(file) ?? '' });
    else if (content !== undefined)
      found.set(each.key, { kind: 'text', text: reading.template(content) ?? '' });
    else {
      // An external secret is a variable of the app that has its name.
      const name = variable === undefined ? each.key : (reading.text(variable) ?? each.key);
      if (!/^[A-Za-z_]\w*$/.test(name)) reading.refuse(each, `comes from "${name}", which is no variable`);
      else found.set(each.key, { kind: 'text', text: `\${${name}:?is the secret ${each.key}}` });
    }
  }
  return found;
}
