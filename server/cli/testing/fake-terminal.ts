/** A terminal, or a pipe, that only exists in a test: what was written to it can be read. */

import type { Io } from '../io.ts';

export interface FakeTerminal extends Io {
  readonly out: () => string;
  readonly err: () => string;
  /** Ctrl-C. False where nobody listens. */
  interrupt(): boolean;
  /** The reader of stdout goes away. */
  closeReader(): void;
}

export interface FakeOptions {
  isTTY?: boolean;
  columns?: number;
  stdin?: string;
  env?: Record<string, string>;
  cwd?: string;
}

export function fakeTerminal(options: FakeOptions = {}): FakeTerminal {
  const isTTY = options.isTTY ?? false;
  const written = { out: '', err: '' };
  const interrupts = new Set<() => void>();
  const closed = new AbortController();
  return {
    out: () => written.out,
    err: () => written.err,
    interrupt: () => {
      for (const callback of interrupts) callback();
      return interrupts.size > 0;
    },
    closeReader: () => closed.abort(),
    stdout: {
      isTTY,
      write: (text) => {
        written.out += text;
      },
    },
    stderr: {
      isTTY,
      write: (text) => {
        written.err += text;
      },
    },
    stdin: {
      isTTY,
      text: async () => options.stdin ?? '',
      line: async () => options.stdin?.split('\n')[0] ?? null,
      stream: () => new Blob([options.stdin ?? '']).stream(),
      raw: () => () => undefined,
    },
    columns: () => options.columns ?? 80,
    rows: () => 24,
    onResize: () => () => undefined,
    env: { HOME: '/nowhere', ...options.env },
    cwd: options.cwd ?? '/',
    uid: 1000,
    version: '1.2.3',
    closed: closed.signal,
    onInterrupt: (callback) => {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
  };
}
