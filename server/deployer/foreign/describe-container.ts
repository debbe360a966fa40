/** What a container of somebody else is, as a Compose file with one service. Pure. */

import { volumeSlug } from '../composition/read-volume.ts';

/** The parts of `docker inspect` that are looked at. */
export interface SeenContainer {
  Name: string;
  Image: string;
  Config: {
    Image: string;
    Env?: string[] | null | undefined;
    Cmd?: string[] | null | undefined;
    Entrypoint?: string[] | string | null | undefined;
    User?: string | undefined;
    WorkingDir?: string | undefined;
    ExposedPorts?: Record<string, unknown> | null | undefined;
    StopSignal?: string | undefined;
  };
  HostConfig: {
    Memory?: number | undefined;
    NanoCpus?: number | undefined;
    ReadonlyRootfs?: boolean | undefined;
    Privileged?: boolean | undefined;
    NetworkMode?: string | undefined;
    ShmSize?: number | undefined;
    RestartPolicy?: { Name: string } | undefined;
    PortBindings?: Record<string, unknown> | null | undefined;
    Devices?: unknown[] | null | undefined;
  };
  Mounts: { Type: string; Name?: string | undefined; Source: string; Destination: string; RW: boolean }[];
}

export interface SeenImage {
  Config: Pick<
    SeenContainer['Config'],
    'Env' | 'Cmd' | 'Entrypoint' | 'User' | 'WorkingDir' | 'ExposedPorts' | 'StopSignal'
  >;
}

export interface Described {
  compose: string;
  /** Its own variables, without those of the image. */
  variables: Record<string, string>;
  volumes: { name: string; path: string }[];
  warnings: string[];
}

const service = 'app';
const usualSharedMemory = 64 * 1024 ** 2;

/** `reference`: what the image is called, or its id where the name is another image's by now. */
export function describeContainer(container: SeenContainer, image: SeenImage, reference: string): Described {
  const { Config, HostConfig, Mounts } = container;
  const warnings: string[] = [];
  const inherited = new Set(image.Config.Env ?? []);
  const variables = Object.fromEntries(
    (Config.Env ?? [])
      .filter((line) => !inherited.has(line) && line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const volumes = volumesOf(Mounts, warnings);
  const changed = <T>(own: T, images: T): own is NonNullable<T> =>
    own !== null && own !== undefined && JSON.stringify(own) !== JSON.stringify(images ?? null) && own !== '';
  const entrypoint = changed(Config.Entrypoint, image.Config.Entrypoint);
  if (HostConfig.Privileged === true) warnings.push('it is privileged, which no app is here');
  if ((HostConfig.Devices ?? []).length > 0) warnings.push('its devices are left out');
  if (HostConfig.NetworkMode === 'host')
    warnings.push('it uses the network of the server; here it has one of its own');
  else if (!['default', 'bridge'].includes(HostConfig.NetworkMode ?? 'default')) {
    warnings.push(
      `others reach it, and it reaches them, on the network ${HostConfig.NetworkMode}; here it is alone`,
    );
  }
  const { RestartPolicy, Memory, NanoCpus, ShmSize } = HostConfig;
  const file = {
    services: {
      [service]: {
        image: reference,
        ...(entrypoint ? { entrypoint: words(Config.Entrypoint) } : {}),
        ...(changed(Config.Cmd, image.Config.Cmd) || (entrypoint && Config.Cmd)
          ? { command: words(Config.Cmd) }
          : {}),
        ...(changed(Config.User, image.Config.User) ? { user: Config.User } : {}),
        ...(changed(Config.WorkingDir, image.Config.WorkingDir) ? { working_dir: Config.WorkingDir } : {}),
        ...(changed(Config.StopSignal, image.Config.StopSignal) ? { stop_signal: Config.StopSignal } : {}),
        environment: Object.fromEntries(Object.keys(variables).map((name) => [name, `\${${name}}`])),
        ports: portsOf(container).map(String),
        volumes: volumes.map(({ name, path }) => `${name}:${path}`),
        ...(RestartPolicy?.Name === 'on-failure' ? { restart: 'on-failure' } : {}),
        ...(Memory ? { mem_limit: String(Memory) } : {}),
        ...(NanoCpus ? { cpus: String(NanoCpus / 1e9) } : {}),
        ...(ShmSize && ShmSize !== usualSharedMemory ? { shm_size: String(ShmSize) } : {}),
        ...(HostConfig.ReadonlyRootfs === true ? { read_only: true } : {}),
      },
    },
    volumes: Object.fromEntries(volumes.map(({ name }) => [name, {}])),
  };
  return { compose: Bun.YAML.stringify(file, null, 2), variables, volumes, warnings };
}

/** Dollars are no variables of a Compose file. */
const words = (argv: string[] | string | null | undefined): string[] =>
  [argv ?? []].flat().map((word) => word.replaceAll('$', '$$$$'));

/** Those it publishes, else those it exposes. */
function portsOf({ HostConfig, Config }: SeenContainer): number[] {
  const numbers = (ports: Record<string, unknown> | null | undefined) =>
    Object.keys(ports ?? {})
      .filter((name) => name.endsWith('/tcp'))
      .map((name) => Number.parseInt(name, 10));
  const published = numbers(HostConfig.PortBindings);
  return published.length > 0 ? published : numbers(Config.ExposedPorts);
}

function volumesOf(mounts: SeenContainer['Mounts'], warnings: string[]): Described['volumes'] {
  const taken = new Set<string>();
  return mounts.flatMap(({ Type, Name, Source, Destination }) => {
    if (Type === 'tmpfs') return [];
    if (/docker\.sock$/.test(Source)) {
      warnings.push('the socket of the engine is left out');
      return [];
    }
    if (Type === 'bind') warnings.push(`${Source} on the server becomes a volume of the app`);
    const isNamed = Type === 'volume' && Name !== undefined && !/^[0-9a-f]{64}$/.test(Name);
    let name = volumeSlug(isNamed ? Name : Destination);
    while (taken.has(name)) name = `${name.slice(0, 36)}-${taken.size}`;
    taken.add(name);
    return [{ name, path: Destination }];
  });
}
