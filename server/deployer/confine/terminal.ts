/** A process behind a terminal of its own (a pty) in place of pipes. */

import type { ConfinedSpec, Screen } from './confiner.ts';

export interface TerminalChild {
  readonly child: Bun.Subprocess;
  readonly screen: Screen;
  /** Resolves when everything it wrote was handed out. */
  readonly done: Promise<void>;
  close(): void;
}

export function spawnInTerminal(
  argv: string[],
  spec: Pick<ConfinedSpec, 'cwd' | 'env'>,
  size: { columns: number; rows: number; onData(bytes: Uint8Array): void },
): TerminalChild {
  const done = Promise.withResolvers<void>();
  const child = Bun.spawn(argv, {
    cwd: spec.cwd,
    env: { ...spec.env },
    detached: true,
    terminal: {
      cols: size.columns,
      rows: size.rows,
      data: (_terminal, bytes) => size.onData(bytes),
      exit: () => done.resolve(),
    },
  });
  const open = () => (child.terminal?.closed === false ? child.terminal : null);
  return {
    child,
    done: done.promise,
    screen: {
      write: (bytes) => void open()?.write(bytes),
      resize: (columns, rows) => void open()?.resize(columns, rows),
    },
    close: () => open()?.close(),
  };
}
