/** Open terminals: a shell beside the instances, until it exits or its reader goes away. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { AppStore } from '../app-store.ts';
import type { ReleaseStore } from '../release-store.ts';
import type { RunningTerminal } from '../runtimes/runtime.ts';
import type { Commands } from './commands.ts';
import { liveRelease } from './live-release.ts';

/** The better shell where there is one, with a short prompt: users and folders here are made-up names. The text is fixed. */
const shell = [
  '/bin/sh',
  '-c',
  'export PS1="$WINDLASS_APP:r$WINDLASS_RELEASE \\$ "; command -v bash >/dev/null && exec bash --norc; exec sh',
];

export function terminalHandlers(parts: {
  apps: AppStore;
  releases: ReleaseStore;
  commands: Commands;
}): Handlers {
  const open = new Map<string, Promise<RunningTerminal>>();
  /** One that is just being opened is waited for: what it shows may be seen before it can be typed into. */
  const find = async (id: string): Promise<RunningTerminal> => {
    const found = open.get(id);
    if (found !== undefined) return found;
    throw closed();
  };
  return {
    async 'terminals.open'({ app, environment: name, argv, columns, rows, term }, { emit, signal }) {
      const environment = parts.apps.environment(app, name);
      const id = crypto.randomUUID();
      const ready = Promise.withResolvers<RunningTerminal>();
      ready.promise.catch(() => undefined);
      open.set(id, ready.promise);
      // The name is told before anything is shown.
      emit({ kind: 'opened', id });
      try {
        const { why, ...end } = await parts.commands.open({
          environment,
          release: liveRelease(environment, parts.releases),
          argv: argv ?? shell,
          screen: {
            columns,
            rows,
            term,
            onData: (bytes) => emit({ kind: 'data', base64: Buffer.from(bytes).toString('base64') }),
          },
          onOpen: ready.resolve,
          signal,
        });
        if (why !== 'ended') throw new WindlassError('cancelled', 'the terminal was closed');
        return end;
      } finally {
        open.delete(id);
        ready.reject(closed());
      }
    },
    'terminals.write': async ({ id, base64 }) => {
      (await find(id)).write(Buffer.from(base64, 'base64'));
      return {};
    },
    'terminals.resize': async ({ id, columns, rows }) => {
      (await find(id)).resize(columns, rows);
      return {};
    },
  };
}

function closed(): WindlassError {
  return new WindlassError('not-found', 'this terminal is closed', { hint: 'Open another one.' });
}
