/** One entry of a service's `volumes`: a named volume, a file of the source, or something that cannot be had. */

import { posix } from 'node:path';
import type { Reading } from './reading.ts';
import type { Service } from './service.ts';
import type { Entry } from './yaml-tree.ts';

interface Mount {
  type: string;
  source: string;
  target: string;
  readOnly: boolean;
}

export function readVolume(service: Service, entry: Entry, reading: Reading): void {
  const mount = entry.value.kind === 'map' ? longMount(entry, reading) : shortMount(entry, reading);
  if (mount === null) return;
  const { type, source, target, readOnly } = mount;
  if (!target.startsWith('/')) {
    reading.refuse(entry, `appears at "${target}", which is no absolute path`);
    return;
  }
  const { surroundings } = service;
  if (type === 'tmpfs') {
    service.surroundings = { ...surroundings, tmpfs: { ...surroundings.tmpfs, [target]: '' } };
    return;
  }
  if (type === 'volume') {
    // One without a name still has to be found again by the next container.
    const name = source === '' ? volumeSlug(`${service.name}${target}`) : volumeSlug(source);
    const volumes = [...(surroundings.volumes ?? []), { name, path: posix.normalize(target), readOnly }];
    service.surroundings = { ...surroundings, volumes };
    return;
  }
  if (type !== 'bind') {
    reading.refuse(entry, `is of the type ${type}, which is not supported`);
    return;
  }
  if (/docker\.sock$/.test(source)) {
    reading.refuse(entry, 'would hand over the container engine, and with it the server', 'Take it away.');
  } else if (/^[/~]/.test(source) || posix.normalize(source).startsWith('..')) {
    reading.refuse(
      entry,
      `takes ${source} from the server, and an app sees only its own files`,
      `Use a named volume for data, like "data:${target}".`,
    );
  } else {
    service.placed.push({ from: posix.normalize(source), to: posix.normalize(target) });
    if (!readOnly) {
      reading.faults.warn(
        entry.line,
        'volumes',
        `takes ${source} as it is in this release; what is written to ${target} is gone with the container`,
      );
    }
  }
}

/** `[SOURCE:]TARGET[:MODE]` */
function shortMount(entry: Entry, reading: Reading): Mount | null {
  const text = reading.text(entry);
  if (text === null) return null;
  const parts = text.split(':');
  const modes = parts.length === 3 ? (parts.pop() ?? '').split(',') : [];
  const [source = '', target] = parts.length === 1 ? ['', parts[0]] : parts;
  if (parts.length > 2 || target === undefined || target === '') {
    reading.refuse(entry, `"${text}" is no volume`, 'It is like "data:/var/lib/data" or "./file:/file:ro".');
    return null;
  }
  const type = /^[./~]/.test(source) ? 'bind' : 'volume';
  return { type, source, target, readOnly: modes.includes('ro') };
}

function longMount(entry: Entry, reading: Reading): Mount {
  const mount: Mount = { type: 'volume', source: '', target: '', readOnly: false };
  for (const field of reading.pairs(entry, false)) {
    if (field.key === 'type') mount.type = reading.text(field) ?? '';
    else if (field.key === 'source') mount.source = reading.text(field) ?? '';
    else if (field.key === 'target') mount.target = reading.text(field) ?? '';
    else if (field.key === 'read_only') mount.readOnly = reading.flag(field);
    else if (!['bind', 'volume', 'tmpfs', 'consistency'].includes(field.key)) {
      reading.faults.warn(field.line, `volumes.${field.key}`, 'is left out');
    }
  }
  return mount;
}

/** As volumes are called here: a-z, 0-9 and -, at most 40. */
export function volumeSlug(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug.slice(0, 40) || 'data';
}
