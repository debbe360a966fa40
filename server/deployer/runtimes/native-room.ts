/** The room a native process of an app lives in: its folder, variables, limits and what it may touch. */

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseBytes } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { ConfinedSpec, Confinement } from '../confine/confiner.ts';
import { writeShims } from '../shims.ts';
import type { NodeReleases } from './node-release.ts';
import type { InstanceSpec, LaunchPlan } from './runtime.ts';
import { planVolumes } from './volumes.ts';

export interface NativeOptions {
  confinement: Confinement;
  nodes: NodeReleases;
  /** This program's own file; with `BUN_BE_BUN=1` it is the JavaScript runtime. */
  self: string;
  paths: {
    /** The data folder: hidden from isolated instances but for what they need. */
    root: string;
    run: string;
    volumes: string;
  };
  /** What instances get of the server's own environment, e.g. LANG and TZ. */
  env: Readonly<Record<string, string>>;
}

export type NativeRoom = Pick<ConfinedSpec, 'argv' | 'cwd' | 'env' | 'memory' | 'cpu' | 'isolation'>;

type ProcessPlan = Extract<LaunchPlan, { kind: 'process' }>;

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** One folder an instance, for its HOME and TMPDIR. */
export const homesFolder = (run: string): string => join(run, 'homes');

/** Makes the folders that have to exist. Throws `WindlassError('invalid')` where the release cannot run here. */
export async function openNativeRoom(options: NativeOptions, spec: InstanceSpec): Promise<NativeRoom> {
  const { confinement, paths } = options;
  const { plan, config } = spec;
  if (plan.kind !== 'process') throw new Error('a static release has no process');
  const volumes = planVolumes(spec, paths.volumes, confinement.isolates);
  const bin = await binFolders(options, plan);
  const cwd = join(spec.artefact, plan.cwd);
  if (!existsSync(cwd)) {
    throw new WindlassError('invalid', `the folder "${plan.cwd}" is not part of the release`, {
      hint: 'Check "build.output" and "start" in windlass.json.',
    });
  }
  const home = join(homesFolder(paths.run), spec.id);
  const folders = { HOME: join(home, 'home'), TMPDIR: join(home, 'tmp') };
  makeOpenFolders([...Object.values(folders), ...volumes.folders], confinement.isolates);
  return {
    argv: plan.argv,
    cwd,
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      HOSTNAME: '127.0.0.1',
      ...options.env,
      ...folders,
      ...volumes.env,
      ...spec.env,
      PATH: [...bin, join(cwd, 'node_modules', '.bin'), spec.env.PATH ?? systemPath].join(':'),
      // makes the shims what their names say; without it they would be another server
      BUN_BE_BUN: '1',
    },
    memory: config.limits?.memory === undefined ? null : parseBytes(config.limits.memory),
    cpu: config.limits?.cpu ?? null,
    isolation: {
      user: userName(paths.root, spec),
      hide: [paths.root],
      read: [spec.artefact, options.self, ...bin],
      write: [{ from: home, to: home }, ...volumes.mounts, ...writable(spec.artefact, plan)],
    },
  };
}

/** Folders for the head of PATH: the asked-for Node before the built-in runtime, whose `node` is the built-in one. */
async function binFolders({ nodes, self, paths }: NativeOptions, plan: ProcessPlan): Promise<string[]> {
  const shims = await writeShims({ folder: join(paths.run, 'bin'), runtime: self, node: null });
  if (plan.javascript.kind === 'builtin') return [shims];
  return [await nodes.find(plan.javascript.version), shims];
}

/** Folders of the artefact that the preset left writable, at their own places. */
function writable(artefact: string, plan: ProcessPlan): { from: string; to: string }[] {
  return (plan.writable ?? []).map((folder) => {
    const path = join(artefact, folder);
    return { from: path, to: path };
  });
}

/**
 * An isolated instance runs as a user that did not exist before, so its folders are open to all; nobody else gets as
 * far as them, for the data folder above is closed.
 */
function makeOpenFolders(folders: readonly string[], isolates: boolean): void {
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true, mode: isolates ? 0o755 : 0o700 });
    if (isolates) chmodSync(folder, 0o777);
  }
}

/** All instances of an environment are one user, so that old and new ones share its volumes. */
function userName(root: string, { app, environment }: InstanceSpec): string {
  return `wl-${createHash('sha256').update(`${root}\0${app}\0${environment}`).digest('hex').slice(0, 16)}`;
}
