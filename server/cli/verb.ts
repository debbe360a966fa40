/** A verb as data: what help, completion, parsing and running all read. */

import type { packFolder } from '../deployer/sources/pack.ts';
import type { ControlClient } from '../kernel/control-client.ts';
import type { Io } from './io.ts';
import type { FlagValues } from './parse.ts';
import type { Style } from './style.ts';

/** What completion offers in a place. */
export type Completes = 'app' | 'environment' | 'folder' | 'file' | 'verb' | readonly string[];

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** Placeholder of its value in help (`DIR`); a flag without one is on or off. */
  readonly value?: string;
  readonly summary: string;
  /** The environment variable that stands in for it. */
  readonly mirror?: string;
  readonly completes?: Completes;
  /** Accepted, but neither shown nor completed. */
  readonly hidden?: boolean;
}

export interface Argument {
  readonly name: string;
  readonly required: boolean;
  /** Takes all that follow. Only the last may. */
  readonly rest?: boolean;
  readonly completes?: Completes;
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Each line without `windlass`, e.g. `deploy APP [--dir DIR]`. */
  readonly usage: readonly string[];
  /** Paragraphs below the usage. */
  readonly about?: readonly string[];
  readonly examples: readonly { what: string; line: string }[];
  readonly arguments: readonly Argument[];
  readonly flags: readonly Flag[];
  readonly hidden?: boolean;
  /** Resolves to the exit code; throws `UsageError` or `WindlassError`. */
  run(context: VerbContext): Promise<number>;
}

export interface VerbContext {
  readonly io: Io;
  readonly args: readonly string[];
  readonly flags: FlagValues;
  readonly style: Style;
  /** Width for tables: the terminal's, Infinity in a pipe. */
  readonly width: number;
  readonly verbs: readonly Verb[];
  /** ` --data DIR` or the like where the server was named on the line, so that suggested commands reach it too. */
  readonly reach: string;
  readonly control: ControlClient;
  readonly pack: Pack;
  now(): number;
  /** Prints one JSON document with `--json`, else the lines. */
  show(result: unknown, lines: () => readonly string[]): void;
  /** For people only: nothing with `--json`. */
  say(line: string): void;
}

/** Turns a folder into a stream of its gzip tar. */
export type Pack = typeof packFolder;

/** The flags that many verbs share. */
export const commonFlags: readonly Flag[] = [
  { name: 'json', summary: 'print one JSON document (streams: one JSON value a line)' },
  {
    name: 'socket',
    value: 'PATH',
    summary: "the server's control socket",
    mirror: 'WINDLASS_SOCKET',
    completes: 'file',
  },
  {
    name: 'data',
    value: 'DIR',
    summary: "the server's data folder; its socket is control.sock inside",
    mirror: 'WINDLASS_DATA',
    completes: 'folder',
  },
  { name: 'help', short: 'h', summary: 'show help' },
];

export const appArgument: Argument = { name: 'APP', required: true, completes: 'app' };

export const environmentFlag: Flag = {
  name: 'env',
  value: 'NAME',
  summary: 'the environment (default: production)',
  mirror: 'WINDLASS_ENV',
  completes: 'environment',
};
