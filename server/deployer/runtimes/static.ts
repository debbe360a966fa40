/** The runtime `static`: the proxy serves the folder itself, so an instance is nothing but the fact that it may. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { Exit, InstanceSpec, RunningInstance, Runtime } from './runtime.ts';

export function createStaticRuntime(): Runtime {
  return {
    kind: 'static',
    unavailable: async () => null,
    async start(spec) {
      if (!hasFolder(spec)) {
        throw new WindlassError('invalid', `the folder "${rootOf(spec)}" is not part of the release`, {
          hint: 'Name the folder that the build writes in "build.output" of windlass.json.',
        });
      }
      return present();
    },
    adopt: async (spec) => (hasFolder(spec) ? present() : null),
    // nothing runs, so nothing can be left over
    sweep: async () => {},
  };
}

function present(): RunningInstance {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  return {
    handle: {},
    exited: promise,
    memory: async () => 0,
    async stop() {
      resolve({ code: 0, signal: null, oomLimit: null });
    },
  };
}

function rootOf({ plan }: InstanceSpec): string {
  return plan.kind === 'static' ? plan.root : '.';
}

function hasFolder(spec: InstanceSpec): boolean {
  const found = statSync(join(spec.artefact, rootOf(spec)), { throwIfNoEntry: false });
  return found?.isDirectory() ?? false;
}
