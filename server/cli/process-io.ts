/** The real process as an `Io`. Entry points make one; nothing else in the CLI knows `process`. */

import type { Input, Io, Output } from './io.ts';

export interface ProcessIo extends Io {
  /** Resolves when everything written was taken by its reader, or the reader is gone. */
  flush(): Promise<void>;
}

export function processIo(from: NodeJS.Process, version: string): ProcessIo {
  const closed = new AbortController();
  const pending = new Set<Promise<void>>();
  return {
    stdout: output(from.stdout, pending, () => closed.abort()),
    stderr: output(from.stderr, pending, () => undefined),
    stdin: input(from.stdin),
    columns: () => from.stdout.columns || 80,
    rows: () => from.stdout.rows || 24,
    onResize: (callback) => {
      from.stdout.on('resize', callback);
      return () => from.stdout.off('resize', callback);
    },
    env: from.env,
    cwd: from.cwd(),
    uid: from.getuid?.() ?? -1,
    version,
    closed: closed.signal,
    onInterrupt: (callback) => {
      from.on('SIGINT', callback);
      return () => from.off('SIGINT', callback);
    },
    flush: async () => {
      await Promise.all(pending);
    },
  };
}

function output(stream: NodeJS.WriteStream, pending: Set<Promise<void>>, onClosed: () => void): Output {
  let gone = false;
  const end = () => {
    gone = true;
    onClosed();
  };
  // EPIPE: the reader went away, as `head` does. There is nobody left to tell.
  stream.on('error', end);
  return {
    isTTY: stream.isTTY === true,
    write: (text) => {
      if (gone) return;
      const written = new Promise<void>((resolve) => {
        stream.write(text, (error) => {
          if (error) end();
          resolve();
        });
      });
      pending.add(written);
      void written.then(() => pending.delete(written));
    },
  };
}

function input(stream: NodeJS.ReadStream): Input {
  return {
    isTTY: stream.isTTY === true,
    text: () => Bun.stdin.text(),
    line: async () => {
      // A terminal hands over whole lines, so the first chunk is the answer; a pipe is read no further than it.
      for await (const chunk of stream) {
        stream.pause();
        return String(chunk).split('\n')[0]?.replace(/\r$/, '') ?? '';
      }
      return null;
    },
    stream: () => Bun.stdin.stream(),
    raw: (onBytes) => {
      stream.setRawMode?.(true);
      stream.on('data', onBytes);
      stream.resume();
      return () => {
        stream.off('data', onBytes);
        stream.pause();
        stream.setRawMode?.(false);
      };
    },
  };
}
