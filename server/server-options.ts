/** What a server is told when it is started; the entry reads it from arguments and environment. */

import type { Level } from './kernel/log.ts';
import type { TakeOver } from './upgrade/hand-over.ts';

export interface ServerOptions {
  data: string;
  socket: string;
  http: { hostname: string; port: number };
  /** On the same address. */
  https: { port: number };
  /** Apps get `<app>.<baseDomain>`. */
  baseDomain: string;
  /** Processes that send requests on beside the server itself; `auto`: as many as are needed, where there are cores for them. */
  forwarders: 'auto' | number;
  /** How apps run: in containers, or natively, or as each needs it. */
  runtime: 'auto' | 'native' | 'docker';
  /** This very program, to build and run apps with. */
  execPath: string;
  /** What starts this very program, its verb to follow. */
  self: readonly string[];
  /** What started this server: the program, `serve` and its flags. */
  argv: readonly string[];
  /** The file an upgrade replaces; null where the program runs from its sources. */
  program: string | null;
  /** Of a server that this one takes over from. */
  takeOver: TakeOver | null;
  /** Our own environment; what builds and instances may see of it is chosen by name. */
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  logLevel: Level;
  logFormat: 'json' | 'human';
  writeLog(line: string): void;
}
