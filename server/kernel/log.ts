/** The server's own log: one JSON object a line on stderr, secrets replaced by value before anything is written. */

import type { Clock } from './clock.ts';
import { plain } from './log-fields.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Fields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** `fields.error` may be anything thrown: its stack and its chain of causes are written. */
  error(message: string, fields?: Fields): void;
  /** The same log with `from` set, for a feature. */
  child(from: string): Log;
}

export interface LogOptions {
  /** Takes one finished line, newline included. */
  write(line: string): void;
  clock: Clock;
  /** Replaces secrets by value, in the finished line. */
  redact(text: string): string;
  /** Lines below it are not written. Default `info`. */
  level?: Level;
  /** `json` for machines (the default), `human` for a terminal. */
  format?: 'json' | 'human';
}

const rank: Record<Level, number> = { debug: 10, info: 20, warn: 30, error: 40 };

/** A log that never throws: a line that cannot be made or written is lost rather than the work it tells of. */
export function createLog(options: LogOptions, from?: string): Log {
  const least = rank[options.level ?? 'info'];
  const line = options.format === 'human' ? humanLine : jsonLine;
  const at = (level: Level) => (message: string, fields?: Fields) => {
    if (rank[level] < least) {
      return;
    }
    try {
      options.write(
        `${options.redact(line(options.clock.now(), level, from, message, plain(fields ?? {})))}\n`,
      );
    } catch {
      // There is nowhere left to tell it.
    }
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (name) => createLog(options, name),
  };
}

function jsonLine(
  now: number,
  level: Level,
  from: string | undefined,
  message: string,
  fields: Record<string, unknown>,
): string {
  return JSON.stringify({ at: new Date(now).toISOString(), level, from, message, ...fields });
}

function humanLine(
  now: number,
  level: Level,
  from: string | undefined,
  message: string,
  fields: Record<string, unknown>,
): string {
  const { error, ...rest } = fields;
  const time = new Date(now).toISOString().slice(11, 19);
  const pairs = Object.entries(rest).map(([name, value]) => ` ${name}=${oneLine(value)}`);
  const source = from === undefined ? '' : `${from}: `;
  return `${time} ${level.padEnd(5)} ${source}${message}${pairs.join('')}${errorLines(error, '  ')}`;
}

function oneLine(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
}

function errorLines(error: unknown, indent: string): string {
  if (error === undefined) {
    return '';
  }
  if (typeof error !== 'object' || error === null || !('message' in error)) {
    return `\n${indent}${oneLine(error)}`;
  }
  const stack = 'stack' in error && typeof error.stack === 'string' ? error.stack : String(error.message);
  const cause = 'cause' in error ? errorLines(error.cause, `${indent}  `) : '';
  return `\n${indent}${stack.replaceAll('\n', `\n${indent}`)}${cause}`;
}
