/** The runtime `native`: one confined process tree an instance, with the built-in JavaScript or real Node. */

import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseBytes } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Confined, Confinement } from '../confine/confiner.ts';
import type { NodeReleases } from './node-release.ts';
import type { InstanceSpec, LaunchPlan, RunningInstance, Runtime } from './runtime.ts';
import { makeShims } from './shims.ts';
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

type ProcessPlan = Extract<LaunchPlan, { kind: 'process' }>;

/** Instances' trees are told from builds' by this. */
export const instanceTreePrefix = 'run-';
const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function createNativeRuntime(options: NativeOptions): Runtime {
  const { confinement, paths } = options;
  const homes = join(paths.run, 'homes');
  const running = (spec: InstanceSpec, tree: Confined): RunningInstance => {
    const home = join(homes, spec.id);
    const exited = tree.exited.finally(() => rmSync(home, { recursive: true, force: true }));
    return {
      handle: { pid: tree.pid, startTime: tree.startTime },
      exited,
      memory: async () => tree.memory(),
      oomKills: () => tree.oomKills?.() ?? 0,
      async stop(graceMs) {
        await tree.stop(graceMs);
        await exited;
      },
    };
  };
  return {
    kind: 'native',
    unavailable: async () => null,
    async start(spec, output) {
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
      const home = join(homes, spec.id);
      const folders = { HOME: join(home, 'home'), TMPDIR: join(home, 'tmp') };
      makeOpenFolders([...Object.values(folders), ...volumes.folders], confinement.isolates);
      // A crash between starting and storing leaves a tree of this name that nobody holds; two would share a port.
      await confinement.sweep((name) => name === `${instanceTreePrefix}${spec.id}`);
      const tree = await confinement.spawn({
        name: `${instanceTreePrefix}${spec.id}`,
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
          PORT: String(spec.port),
          PATH: [...bin, join(cwd, 'node_modules', '.bin'), spec.env.PATH ?? systemPath].join(':'),
          // makes the shims what their names say; without it they would be another server
          BUN_BE_BUN: '1',
        },
        memory: config.limits?.memory === undefined ? null : parseBytes(config.limits.memory),
        cpu: config.limits?.cpu ?? null,
        background: false,
        output: { kind: 'file', path: output },
        isolation: {
          user: userName(paths.root, spec),
          hide: [paths.root],
          read: [spec.artefact, options.self, ...bin],
          write: [{ from: home, to: home }, ...volumes.mounts, ...writable(spec.artefact, plan)],
        },
      });
      return running(spec, tree);
    },
    async adopt(spec, { pid, startTime }) {
      if (typeof pid !== 'number' || typeof startTime !== 'string') return null;
      const tree = confinement.adopt(`${instanceTreePrefix}${spec.id}`, pid, startTime);
      return tree === null ? null : running(spec, tree);
    },
    async sweep(keep) {
      await confinement.sweep(
        (name) => name.startsWith(instanceTreePrefix) && !keep.has(name.slice(instanceTreePrefix.length)),
      );
      for (const id of existsSync(homes) ? readdirSync(homes) : []) {
        if (!keep.has(id)) rmSync(join(homes, id), { recursive: true, force: true });
      }
    },
  };
}

/** Folders for the head of PATH: the asked-for Node before the built-in runtime, whose `node` is the built-in one. */
async function binFolders({ nodes, self, paths }: NativeOptions, plan: ProcessPlan): Promise<string[]> {
  const shims = makeShims(join(paths.run, 'bin'), self);
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
