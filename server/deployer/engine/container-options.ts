/** What the engine is told about an instance: limits, rights, network, volumes, environment. Pure. */

import { posix } from 'node:path';
import { parseBytes } from '../../../shared/deployer/app-config.ts';
import { machineHost } from '../../kernel/machine-host.ts';
import type { Healthcheck, Surroundings } from '../composition/companion.ts';
import type { InstanceSpec } from '../runtimes/runtime.ts';
import type { CreateOptions } from './docker.ts';
import { instanceLabels } from './labels.ts';

/** What is known of the image beforehand. */
export interface ImageFacts {
  /** Where the image's own command runs. */
  workingFolder: string;
  /** Lowest TCP port it exposes, or null. */
  exposed: number | null;
}

/** Everything but these is taken away: what servers need to open port 80, own their files and become another user. */
const capabilities = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_BIND_SERVICE', 'SETGID', 'SETUID'];
const mostProcesses = 1024;
/** The engine keeps this much of what an instance says; Windlass copies it to its own logs as it comes. */
const logLimits = { 'max-size': '10m', 'max-file': '3' };

/** `windlass-<12 hex>-<instance>`: one container an instance, and none of two at once. */
export const containerName = (owner: string, instance: string): string => `${owner}-${instance}`;
/** Apps and environments have no dots, so no two of them share a name. */
export const networkName = (
  owner: string,
  { app, environment }: Pick<InstanceSpec, 'app' | 'environment'>,
): string => `${owner}-${app}.${environment}`;
export const volumeName = (
  owner: string,
  { app, environment }: Pick<InstanceSpec, 'app' | 'environment'>,
  name: string,
): string => `${owner}-${app}.${environment}.${name}`;

/** The port inside: what windlass.json or the plan says, what the image exposes, or the one the app is told in PORT. */
export function innerPort(spec: InstanceSpec, facts: ImageFacts): number {
  const planned = spec.plan.kind === 'container' ? spec.plan.port : null;
  return spec.config.port ?? planned ?? facts.exposed ?? spec.port;
}

/** Where each volume appears inside; relative paths start at the image's working folder. */
export function volumePaths(
  spec: InstanceSpec,
  facts: ImageFacts,
): { name: string; path: string; readOnly: boolean }[] {
  const own = (spec.config.volumes ?? []).map(({ name, path }) => ({
    name,
    path: posix.resolve('/', facts.workingFolder, path),
    readOnly: false,
  }));
  return [...own, ...(surroundingsOf(spec).volumes ?? [])];
}

const surroundingsOf = ({ plan }: InstanceSpec): Surroundings =>
  plan.kind === 'container' ? (plan.surroundings ?? {}) : {};

/** What is made beyond what the spec says. */
export interface ContainerExtras {
  /** Run instead of what the plan says. */
  command?: readonly string[];
  /** Files of this machine that appear in the container. */
  files?: readonly { from: string; to: string }[];
  /** With a terminal of its own, and something to type into it. */
  screen?: boolean;
}

/** Only who was given an address of this machine can look it up; engines before 20.10 know no `host-gateway`. */
function extraHosts({ env }: InstanceSpec, { hosts = [] }: Surroundings): { ExtraHosts?: string[] } {
  const told = Object.values(env).some((value) => value.includes(`//${machineHost}:`));
  const all = told ? [...hosts, `${machineHost}:host-gateway`] : [...hosts];
  return all.length === 0 ? {} : { ExtraHosts: all };
}

export function containerOptions(
  owner: string,
  spec: InstanceSpec,
  facts: ImageFacts,
  { command, files = [], screen = false }: ContainerExtras = {},
): CreateOptions {
  const { plan, config } = spec;
  if (plan.kind !== 'container') throw new Error('only a container plan runs in an engine');
  const around = surroundingsOf(spec);
  const port = spec.port === 0 ? null : `${innerPort(spec, facts)}/tcp`;
  const readOnly = config.readOnly ?? around.readOnly ?? false;
  const network = networkName(owner, spec);
  const memory = config.limits?.memory === undefined ? null : parseBytes(config.limits.memory);
  return {
    name: containerName(owner, spec.id),
    Image: plan.image,
    ...startWords(command ?? plan.argv, around),
    ...(around.user === undefined ? {} : { User: around.user }),
    ...(around.workingFolder === undefined ? {} : { WorkingDir: around.workingFolder }),
    ...(around.stopSignal === undefined ? {} : { StopSignal: around.stopSignal }),
    ...(around.healthcheck === undefined ? {} : { Healthcheck: healthcheck(around.healthcheck) }),
    ...(screen ? { Tty: true, OpenStdin: true, StdinOnce: true } : {}),
    Labels: { ...around.labels, ...instanceLabels(owner, spec) },
    Env: environment(spec, facts),
    ...(port === null ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      ...(port === null
        ? {}
        : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: String(spec.port) }] } }),
      NetworkMode: network,
      // Windlass starts it again itself, so that every death is seen and counted.
      RestartPolicy: { Name: 'no' },
      Init: true,
      CapDrop: ['ALL'],
      CapAdd: capabilities,
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: mostProcesses,
      ReadonlyRootfs: readOnly,
      ...temporary(readOnly, around.tmpfs),
      ...(around.sharedMemory === undefined ? {} : { ShmSize: around.sharedMemory }),
      ...extraHosts(spec, around),
      LogConfig: screen ? { Type: 'none', Config: {} } : { Type: 'json-file', Config: logLimits },
      Mounts: [
        ...volumePaths(spec, facts).map(({ name, path, readOnly }) => ({
          Type: 'volume' as const,
          Source: volumeName(owner, spec, name),
          Target: path,
          ReadOnly: readOnly,
        })),
        ...files.map(({ from, to }) => ({
          Type: 'bind' as const,
          Source: from,
          Target: to,
          ReadOnly: true,
        })),
      ],
      ...(memory === null ? {} : { Memory: memory, MemorySwap: memory }),
      ...(config.limits?.cpu === undefined ? {} : { NanoCpus: Math.round(config.limits.cpu * 1e9) }),
    },
    // A command is found by nobody: it has no name but its own.
    ...(around.names === undefined || command !== undefined
      ? {}
      : { NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [...around.names] } } } }),
  };
}

function startWords(
  argv: readonly string[] | undefined,
  { entrypoint, command }: Surroundings,
): Pick<CreateOptions, 'Entrypoint' | 'Cmd'> {
  if (argv !== undefined) return { Entrypoint: [], Cmd: [...argv] };
  return {
    // With an entry point of its own the image's command is none of its business, as Compose has it.
    ...(entrypoint === undefined ? {} : { Entrypoint: [...entrypoint], Cmd: [...(command ?? [])] }),
    ...(command === undefined ? {} : { Cmd: [...command] }),
  };
}

const nanoseconds = (ms: number): number => Math.round(ms * 1e6);

function healthcheck({ test, interval, timeout, startPeriod, retries }: Healthcheck) {
  return {
    // An empty test keeps the image's.
    Test: [...test],
    Interval: nanoseconds(interval ?? 0),
    Timeout: nanoseconds(timeout ?? 0),
    StartPeriod: nanoseconds(startPeriod ?? 0),
    Retries: retries ?? 0,
  };
}

/** Where a container may write that may not write elsewhere. */
function temporary(readOnly: boolean, tmpfs: Surroundings['tmpfs']): { Tmpfs?: Record<string, string> } {
  const mounts = { ...(readOnly ? { '/tmp': '' } : {}), ...tmpfs };
  return Object.keys(mounts).length === 0 ? {} : { Tmpfs: mounts };
}

function environment(spec: InstanceSpec, facts: ImageFacts): string[] {
  const { PORT: _outside, ...all }: Record<string, string> = spec.env;
  if (spec.port !== 0) all.PORT = String(innerPort(spec, facts));
  // Loopback of the container is reached by nobody else; its port is published on ours alone.
  for (const name of ['HOST', 'HOSTNAME']) if (all[name] === '127.0.0.1') all[name] = '0.0.0.0';
  for (const { name } of spec.config.volumes ?? []) {
    const path = volumePaths(spec, facts).find((each) => each.name === name)?.path ?? '';
    all[`WINDLASS_VOLUME_${name.toUpperCase().replaceAll('-', '_')}`] = path;
  }
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}
