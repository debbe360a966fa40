/** What the engine is told about an instance: limits, rights, network, volumes, environment. Pure. */

import { posix } from 'node:path';
import { parseBytes } from '../../../shared/deployer/app-config.ts';
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
export const networkName = (owner: string, app: string): string => `${owner}-${app}`;
export const volumeName = (
  owner: string,
  { app, environment }: Pick<InstanceSpec, 'app' | 'environment'>,
  name: string,
): string => `${owner}-${app}-${environment}-${name}`;

/** The port inside: what windlass.json or the plan says, what the image exposes, or the one the app is told in PORT. */
export function innerPort(spec: InstanceSpec, facts: ImageFacts): number {
  const planned = spec.plan.kind === 'container' ? spec.plan.port : null;
  return spec.config.port ?? planned ?? facts.exposed ?? spec.port;
}

/** Where each volume appears inside; relative paths start at the image's working folder. */
export function volumePaths(spec: InstanceSpec, facts: ImageFacts): { name: string; path: string }[] {
  return (spec.config.volumes ?? []).map(({ name, path }) => ({
    name,
    path: posix.resolve('/', facts.workingFolder, path),
  }));
}

/** With `command`, something that is run beside the instances: it has no port. */
export function containerOptions(
  owner: string,
  spec: InstanceSpec,
  facts: ImageFacts,
  command?: readonly string[],
): CreateOptions {
  const { plan, config } = spec;
  if (plan.kind !== 'container') throw new Error('only a container plan runs in an engine');
  const argv = command ?? plan.argv;
  const port = command === undefined ? `${innerPort(spec, facts)}/tcp` : null;
  const memory = config.limits?.memory === undefined ? null : parseBytes(config.limits.memory);
  return {
    name: containerName(owner, spec.id),
    Image: plan.image,
    ...(argv === undefined ? {} : { Entrypoint: [], Cmd: [...argv] }),
    Labels: instanceLabels(owner, spec),
    Env: environment(spec, facts, port !== null),
    ...(port === null ? {} : { ExposedPorts: { [port]: {} } }),
    HostConfig: {
      ...(port === null
        ? {}
        : { PortBindings: { [port]: [{ HostIp: '127.0.0.1', HostPort: String(spec.port) }] } }),
      NetworkMode: networkName(owner, spec.app),
      // Windlass starts it again itself, so that every death is seen and counted.
      RestartPolicy: { Name: 'no' },
      Init: true,
      CapDrop: ['ALL'],
      CapAdd: capabilities,
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: mostProcesses,
      LogConfig: { Type: 'json-file', Config: logLimits },
      Mounts: volumePaths(spec, facts).map(({ name, path }) => ({
        Type: 'volume',
        Source: volumeName(owner, spec, name),
        Target: path,
      })),
      ...(memory === null ? {} : { Memory: memory, MemorySwap: memory }),
      ...(config.limits?.cpu === undefined ? {} : { NanoCpus: Math.round(config.limits.cpu * 1e9) }),
    },
  };
}

function environment(spec: InstanceSpec, facts: ImageFacts, listens: boolean): string[] {
  const { PORT: _outside, ...all }: Record<string, string> = spec.env;
  if (listens) all.PORT = String(innerPort(spec, facts));
  // Loopback of the container is reached by nobody else; its port is published on ours alone.
  for (const name of ['HOST', 'HOSTNAME']) if (all[name] === '127.0.0.1') all[name] = '0.0.0.0';
  for (const { name, path } of volumePaths(spec, facts)) {
    all[`WINDLASS_VOLUME_${name.toUpperCase().replaceAll('-', '_')}`] = path;
  }
  return Object.entries(all).map(([name, value]) => `${name}=${value}`);
}
