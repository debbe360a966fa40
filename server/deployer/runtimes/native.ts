/** The runtime `native`: one confined process tree an instance, with the built-in JavaScript or real Node. */

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Confined } from '../confine/confiner.ts';
import { listeningPorts } from '../confine/listening.ts';
import { followFile } from './followed-file.ts';
import { homesFolder, type NativeOptions, openNativeRoom } from './native-room.ts';
import type { InstanceSpec, RunningCommand, RunningInstance, Runtime } from './runtime.ts';

export type { NativeOptions } from './native-room.ts';

/** Instances' trees are told from builds' by this. */
export const instanceTreePrefix = 'run-';
/** Trees of commands end with the server, as builds do. */
const commandTreePrefix = 'command-';

export function createNativeRuntime(options: NativeOptions): Runtime {
  const { confinement, paths } = options;
  const homes = homesFolder(paths.run);
  const outputs = join(paths.run, 'commands');
  const running = (spec: InstanceSpec, tree: Confined): RunningInstance => {
    const home = join(homes, spec.id);
    const exited = tree.exited.finally(() => rmSync(home, { recursive: true, force: true }));
    return {
      handle: { pid: tree.pid, startTime: tree.startTime },
      exited,
      memory: async () => tree.memory(),
      oomKills: () => tree.oomKills?.() ?? 0,
      listening: () => listeningPorts(tree.pid),
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
      const room = await openNativeRoom(options, spec);
      // A crash between starting and storing leaves a tree of this name that nobody holds; two would share a port.
      await confinement.sweep((name) => name === `${instanceTreePrefix}${spec.id}`);
      const tree = await confinement.spawn({
        ...room,
        name: `${instanceTreePrefix}${spec.id}`,
        env: { ...room.env, PORT: String(spec.port) },
        background: false,
        output: { kind: 'file', path: output },
      });
      return running(spec, tree);
    },
    async command(spec, argv, onLine) {
      const room = await openNativeRoom(options, spec);
      const { PORT: _none, ...env } = room.env;
      mkdirSync(outputs, { recursive: true, mode: 0o700 });
      // To a file also where a pipe would do: an isolated tree runs as a service, which only takes a file.
      const output = followFile({
        path: join(outputs, `${spec.id}.out`),
        onLine,
        onTooLong: () => void ended?.stop(0),
      });
      let ended: RunningCommand | null = null;
      try {
        const tree = await confinement.spawn({
          ...room,
          name: `${commandTreePrefix}${spec.id}`,
          argv,
          env,
          background: false,
          output: { kind: 'file', path: output.path },
        });
        const command = running(spec, tree);
        const exited = command.exited.finally(output.finish);
        ended = { exited, stop: (graceMs) => command.stop(graceMs) };
        return ended;
      } catch (error) {
        output.finish();
        rmSync(join(homes, spec.id), { recursive: true, force: true });
        throw error;
      }
    },
    async terminal(spec, argv, { term, ...size }) {
      const room = await openNativeRoom(options, spec);
      const { PORT: _none, ...env } = room.env;
      const tree = await confinement.spawn({
        ...room,
        name: `${commandTreePrefix}${spec.id}`,
        argv,
        env: { ...env, TERM: term },
        background: false,
        output: { kind: 'terminal', ...size },
      });
      const command = running(spec, tree);
      return {
        exited: command.exited,
        stop: command.stop,
        write: (bytes) => tree.screen?.write(bytes),
        resize: (columns, rows) => tree.screen?.resize(columns, rows),
      };
    },
    async adopt(spec, { pid, startTime }) {
      if (typeof pid !== 'number' || typeof startTime !== 'string') return null;
      const tree = confinement.adopt(`${instanceTreePrefix}${spec.id}`, pid, startTime);
      return tree === null ? null : running(spec, tree);
    },
    async sweep(keep) {
      rmSync(outputs, { recursive: true, force: true });
      await confinement.sweep(
        (name) => name.startsWith(instanceTreePrefix) && !keep.has(name.slice(instanceTreePrefix.length)),
      );
      for (const id of existsSync(homes) ? readdirSync(homes) : []) {
        if (!keep.has(id)) rmSync(join(homes, id), { recursive: true, force: true });
      }
    },
  };
}
