/** Every key of a service, and what is made of it. A key that is in no table is refused. */

import { parseDuration, parsePort, parseSize, positive } from './amounts.ts';
import type { Template } from './companion.ts';
import { readArgv } from './read-argv.ts';
import { readBuild } from './read-build.ts';
import { readEnvFiles } from './read-env-files.ts';
import { readHealth } from './read-health.ts';
import { readLimits } from './read-limits.ts';
import { readNeeds } from './read-needs.ts';
import { readVolume } from './read-volume.ts';
import type { Reading } from './reading.ts';
import type { Service } from './service.ts';
import type { Entry } from './yaml-tree.ts';

type Reader = (service: Service, entry: Entry, reading: Reading) => void;

const portNumber = (text: string) => parsePort(text)?.target ?? null;

const setText =
  (name: 'user' | 'workingFolder' | 'stopSignal'): Reader =>
  (service, entry, reading) => {
    const text = reading.text(entry);
    if (text !== null && text !== '') service.surroundings = { ...service.surroundings, [name]: text };
  };

const addName = (service: Service, name: string | null) => {
  if (name === null || !/^[\w.-]{1,63}$/.test(name)) return;
  service.surroundings = {
    ...service.surroundings,
    names: [...new Set([...(service.surroundings.names ?? []), name])],
  };
};

function fileAsked(entry: Entry, reading: Reading, folder: string) {
  if (entry.value.kind === 'text') {
    const name = reading.text(entry) ?? '';
    return { name, path: `${folder}${name}`, line: entry.line };
  }
  const fields = new Map(reading.pairs(entry, false).map((each) => [each.key, each]));
  const source = fields.get('source');
  const name = source === undefined ? '' : (reading.text(source) ?? '');
  const target = fields.get('target');
  const path = target === undefined ? name : (reading.text(target) ?? name);
  return { name, path: path.startsWith('/') ? path : `${folder}${path}`, line: entry.line };
}

const read: Readonly<Record<string, Reader>> = {
  image: (service, entry, reading) => {
    service.image = reading.text(entry);
  },
  build: readBuild,
  env_file: readEnvFiles,
  healthcheck: readHealth,
  command: (service, entry, reading) => {
    service.surroundings = { ...service.surroundings, command: readArgv(entry, reading) };
  },
  entrypoint: (service, entry, reading) => {
    service.surroundings = { ...service.surroundings, entrypoint: readArgv(entry, reading) };
  },
  environment: (service, entry, reading) => {
    const pairs = reading.pairs(entry).map((each): [string, Template] => [
      each.key,
      // A name alone takes the variable of that name.
      each.value.kind === 'text' && each.value.isNull ? `\${${each.key}-}` : (reading.template(each) ?? ''),
    ]);
    service.surroundings = { ...service.surroundings, environment: Object.fromEntries(pairs) };
  },
  volumes: (service, entry, reading) => {
    for (const item of reading.items(entry)) readVolume(service, item, reading);
  },
  tmpfs: (service, entry, reading) => {
    const mounts = reading.items(entry).map((item) => {
      const [path = '', options = ''] = (reading.text(item) ?? '').split(':', 2);
      return [path, options];
    });
    service.surroundings = {
      ...service.surroundings,
      tmpfs: { ...service.surroundings.tmpfs, ...Object.fromEntries(mounts) },
    };
  },
  ports: (service, entry, reading) => {
    for (const item of reading.items(entry)) {
      const target =
        item.value.kind === 'map' ? reading.pairs(item, false).find(({ key }) => key === 'target') : item;
      const port = target === undefined ? null : parsePort(reading.text(target) ?? '');
      if (port === null) {
        reading.refuse(item, 'must name one port of the container, like "8080:80"');
      } else if (port.protocol === 'udp') {
        reading.faults.warn(item.line, entry.key, 'publishes a UDP port, which is left out');
      } else service.published.push(port.target);
    }
  },
  expose: (service, entry, reading) => {
    for (const item of reading.items(entry)) {
      const port = reading.number(item, portNumber, '8080');
      if (port !== null) service.exposed.push(port);
    }
  },
  depends_on: readNeeds,
  user: setText('user'),
  working_dir: setText('workingFolder'),
  stop_signal: setText('stopSignal'),
  stop_grace_period: (service, entry, reading) => {
    service.stopGraceMs = reading.number(entry, parseDuration, '30s');
  },
  restart: (service, entry, reading) => {
    const word = reading.text(entry)?.split(':')[0];
    if (word === 'no') service.restart = 'never';
    else if (word === 'on-failure') service.restart = 'on-failure';
    else if (word === 'always' || word === 'unless-stopped') service.restart = 'always';
    else reading.refuse(entry, 'must be no, on-failure, always or unless-stopped');
  },
  read_only: (service, entry, reading) => {
    service.surroundings = { ...service.surroundings, readOnly: reading.flag(entry) };
  },
  shm_size: (service, entry, reading) => {
    const bytes = reading.number(entry, parseSize, '64m');
    if (bytes !== null) service.surroundings = { ...service.surroundings, sharedMemory: bytes };
  },
  extra_hosts: (service, entry, reading) => {
    const pairs =
      entry.value.kind === 'map'
        ? reading.pairs(entry).map((each) => `${each.key}:${reading.text(each) ?? ''}`)
        : reading.items(entry).map((item) => (reading.text(item) ?? '').replace('=', ':'));
    service.surroundings = { ...service.surroundings, hosts: pairs };
  },
  labels: (service, entry, reading) => {
    const labels = reading.pairs(entry).map((each) => [each.key, reading.text(each) ?? '']);
    // Ours say whose a container is; nobody else may.
    const own = labels.filter(([name = '']) => !name.startsWith('windlass.'));
    service.surroundings = { ...service.surroundings, labels: Object.fromEntries(own) };
  },
  mem_limit: (service, entry, reading) => {
    service.memory = reading.number(entry, parseSize, '512m');
  },
  cpus: (service, entry, reading) => {
    service.cpu = reading.number(entry, positive, '0.5');
  },
  scale: (service, entry, reading) => {
    service.replicas = reading.number(entry, positive, '2');
  },
  deploy: (service, entry, reading) => {
    for (const field of reading.pairs(entry, false)) {
      if (field.key === 'replicas') service.replicas = reading.number(field, positive, '2');
      else if (field.key === 'resources') readLimits(service, field, reading);
      else reading.faults.warn(field.line, `${entry.key}.${field.key}`, 'is left out');
    }
  },
  hostname: (service, entry, reading) => addName(service, reading.text(entry)),
  container_name: (service, entry, reading) => addName(service, reading.text(entry)),
  links: (_service, entry, reading) => {
    for (const item of reading.items(entry)) {
      const alias = (reading.text(item) ?? '').split(':')[1];
      if (alias !== undefined) reading.faults.warn(item.line, entry.key, `the name ${alias} is left out`);
    }
  },
  networks: (service, entry, reading) => {
    const networks = entry.value.kind === 'map' ? reading.pairs(entry) : reading.items(entry);
    for (const network of networks) {
      if (network.value.kind !== 'map') continue;
      for (const field of reading.pairs(network, false)) {
        if (field.key === 'aliases') {
          for (const alias of reading.items(field)) addName(service, reading.text(alias));
        } else reading.faults.warn(field.line, `${entry.key}.${field.key}`, 'is left out');
      }
    }
  },
  profiles: (service, entry, reading) => {
    service.profiles = reading.items(entry).flatMap((item) => reading.text(item) ?? []);
  },
  secrets: (service, entry, reading) => {
    for (const item of reading.items(entry)) service.secrets.push(fileAsked(item, reading, '/run/secrets/'));
  },
  configs: (service, entry, reading) => {
    for (const item of reading.items(entry)) service.configs.push(fileAsked(item, reading, '/'));
  },
  privileged: (_service, entry, reading) => {
    if (reading.flag(entry)) reading.refuse(entry, 'is not given to anybody on this server', 'Take it away.');
  },
};

/** True of every container here anyway, or of no meaning on a server. */
const silent = new Set([
  'init',
  'tty',
  'stdin_open',
  'pull_policy',
  'cap_drop',
  'attach',
  'develop',
  'annotations',
]);
/** What a service can do without, mostly. */
const leftOut = new Set([
  'cap_add',
  'cpu_count',
  'cpu_percent',
  'cpu_shares',
  'cpuset',
  'dns',
  'dns_opt',
  'dns_search',
  'domainname',
  'group_add',
  'logging',
  'mac_address',
  'mem_reservation',
  'mem_swappiness',
  'memswap_limit',
  'oom_kill_disable',
  'oom_score_adj',
  'pids_limit',
  'platform',
  'security_opt',
  'storage_opt',
  'sysctls',
  'ulimits',
]);
/** What would reach beyond the app, or is not done here, with what to do instead. */
const refused: Readonly<Record<string, string>> = {
  cgroup: 'Take it away.',
  cgroup_parent: 'Take it away: limits are set by mem_limit and cpus.',
  credential_spec: 'Take it away.',
  device_cgroup_rules: 'Take it away.',
  devices: 'Take it away.',
  extends: 'Write the service out; anchors and merge keys ("<<") work.',
  external_links: 'Services of an app reach each other by their names, and nothing else.',
  gpus: 'Take it away.',
  ipc: 'Take it away.',
  network_mode: 'Take it away: all services of the app share one network.',
  pid: 'Take it away.',
  provider: 'Take it away.',
  runtime: 'Take it away.',
  userns_mode: 'Take it away.',
  uts: 'Take it away.',
  volumes_from: 'Name the same volume in both services.',
};

export const serviceKeys: readonly string[] = [
  ...Object.keys(read),
  ...silent,
  ...leftOut,
  ...Object.keys(refused),
];

/** Null where no table has the key. */
export function readerOf(key: string): Reader | null {
  if (Object.hasOwn(read, key)) return read[key] ?? null;
  if (silent.has(key) || key.startsWith('x-')) return () => undefined;
  if (leftOut.has(key)) {
    return (_service, entry, { faults }) => faults.warn(entry.line, entry.key, 'is left out');
  }
  const hint = Object.hasOwn(refused, key) ? refused[key] : undefined;
  if (hint === undefined) return null;
  return (_service, entry, { refuse }) => refuse(entry, 'is not supported', hint);
}
