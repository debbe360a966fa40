/** The server's own log: one JSON object a line on stderr, secrets replaced by value before anything is written. */

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
