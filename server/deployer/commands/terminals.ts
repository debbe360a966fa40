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
  const open = new Map<string, RunningTerminal>();
  const find = (id: string): RunningTerminal => {
    const found = open.get(id);
    if (found !== undefined) return found;
    throw new WindlassError('not-found', 'this terminal is closed', { hint: 'Open another one.' });
  };
  return {
    async 'terminals.open'({ app, environment: name, argv, columns, rows, term }, { emit, signal }) {
      const environment = parts.apps.environment(app, name);
      const id = crypto.randomUUID();
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
          onOpen: (terminal) => open.set(id, terminal),
          signal,
        });
        if (why !== 'ended') throw new WindlassError('cancelled', 'the terminal was closed');
        return end;
      } finally {
        open.delete(id);
      }
    },
    'terminals.write': ({ id, base64 }) => {
      find(id).write(Buffer.from(base64, 'base64'));
      return {};
    },
    'terminals.resize': ({ id, columns, rows }) => {
      find(id).resize(columns, rows);
      return {};
    },
  };
}
