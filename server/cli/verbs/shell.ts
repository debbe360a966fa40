/** `windlass shell`: a terminal in the live release. */

import { aimOf } from '../aim.ts';
import { UsageError } from '../usage-error.ts';
import { appArgument, environmentFlag, type Verb } from '../verb.ts';

export const shell: Verb = {
  name: 'shell',
  summary: 'open a terminal in the live release',
  usage: ['shell APP [--env NAME] [-- COMMAND ARGS…]'],
  about: [
    'Same files, variables, volumes and limits as the app. Ends with the shell, or with this terminal.',
  ],
  examples: [{ what: 'look around', line: 'windlass shell shop' }],
  arguments: [appArgument, { name: 'COMMAND', required: false, rest: true }],
  flags: [environmentFlag],
  run: async (context) => {
    const { io, control } = context;
    if (!io.stdin.isTTY) {
      throw new UsageError('a shell needs a terminal', '`windlass run APP -- COMMAND` needs none.');
    }
    const argv = context.args.slice(1);
    const decoder = new TextDecoder();
    let id: string | null = null;
    // One call after the other, so that what is typed stays in order.
    let sending: Promise<unknown> = Promise.resolve();
    const send = (call: (terminal: string) => Promise<unknown>) => {
      sending = sending.then(() => (id === null ? undefined : call(id))).catch(() => undefined);
    };
    const release = io.stdin.raw((bytes) =>
      send((terminal) =>
        control.call('terminals.write', {
          id: terminal,
          base64: Buffer.from(bytes).toString('base64'),
        }),
      ),
    );
    const settle = io.onResize(() =>
      send((terminal) =>
        control.call('terminals.resize', { id: terminal, columns: io.columns(), rows: io.rows() }),
      ),
    );
    try {
      const term = io.env.TERM;
      const end = await control.stream(
        'terminals.open',
        {
          ...aimOf(context),
          columns: io.columns(),
          rows: io.rows(),
          ...(argv.length === 0 ? {} : { argv: [...argv] }),
          ...(term === undefined ? {} : { term }),
        },
        (event) => {
          if (event.kind === 'opened') id = event.id;
          else io.stdout.write(decoder.decode(Buffer.from(event.base64, 'base64'), { stream: true }));
        },
        io.closed,
      );
      return end.code ?? 1;
    } finally {
      settle();
      release();
    }
  },
};
