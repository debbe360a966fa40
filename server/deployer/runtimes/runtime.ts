/** A way to run a release. Native, static and Docker fit this; nothing else in the deployer knows which one it has. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import type { Shortcut } from '../../../shared/proxy/backend.ts';
import type { Composition, Surroundings } from '../composition/companion.ts';

/** How to run it, decided at build time and kept with the release. */
export type LaunchPlan =
  | { kind: 'static' /** Folder inside the artefact. */; root: string; spa: boolean }
  | {
      kind: 'process';
      /** argv; `argv[0]` may be `bun` (the built-in runtime) or `node` (as `javascript` says). */
      argv: string[];
      /** Folder inside the artefact to run in. */
      cwd: string;
      /** What `node` means for this app. */
      javascript: { kind: 'builtin' } | { kind: 'node'; version: string };
      /** Folders inside the artefact that the app may write to, e.g. `.next/cache`. */
      writable?: string[];
    }
  | {
      kind: 'container';
      /** Image id, `sha256:<hex>`: a tag could move. */
      image: string;
      /** Where the app listens inside; null for the image's lowest exposed port, else the one it is told in PORT. */
      port: number | null;
      /** Replaces the image's own entry point and command. */
      argv?: string[];
      /** What a Compose file says about the container. */
      surroundings?: Surroundings;
      /** The services beside it. */
      composition?: Composition;
    };

export interface InstanceSpec {
  /** Unique, `[a-z0-9-]`, at most 40 characters. */
  id: string;
  app: string;
  environment: string;
  release: number;
  /** The artefact's folder; never written to. */
  artefact: string;
  plan: LaunchPlan;
  config: AppConfig;
  /** Complete; nothing of the server's own environment is added but PATH, HOME, LANG and TZ. */
  env: Readonly<Record<string, string>>;
  /** Loopback port the instance must listen on; 0 for what is asked by nobody: pages, commands, services beside an app. */
  port: number;
  /** Secrets that it finds in files. Only containers have them. */
  files?: readonly SecretFile[];
}

export interface SecretFile {
  /** Absolute, in the container. */
  path: string;
  text: string;
}

/** How an instance ended. `oomLimit` in bytes, where it was killed for memory. */
export interface Exit {
  code: number | null;
  signal: string | null;
  oomLimit: number | null;
}

/** Enough to find the same instance again after a restart of the server. Stored as JSON; belongs to its runtime. */
export type InstanceHandle = Readonly<Record<string, string | number | null>>;

export interface RunningInstance {
  readonly handle: InstanceHandle;
  /** Resolves once, when it has ended for whatever reason. */
  readonly exited: Promise<Exit>;
  /** Resident bytes of the whole process tree now; null where unknown. */
  memory(): Promise<number | null>;
  /** How many of its processes were ended for memory so far; its first one may have lived on. */
  oomKills?(): number;
  /** TCP ports that it listens on now, where that can be known: for telling of a wrong one. */
  listening?(): readonly number[];
  /** What its own health check says; `none` where it has none. */
  health?(): Promise<'none' | 'starting' | 'healthy' | 'unhealthy'>;
  /**
   * Called each time its own health check turns: to `healthy` the first time, to `unhealthy` only after it had been
   * well. What happened before is told at once. Never called for one that has no check.
   */
  onHealth?(listener: (health: 'healthy' | 'unhealthy') => void): void;
  /**
   * One listener, told at once and at every change where it can be reached besides its loopback port: at an address that
   * may be another's as soon as this says so. Null for nowhere; never called where there can be none.
   */
  onShortcut?(listener: (shortcut: Shortcut | null) => void): void;
  /** Asks it to end (SIGTERM), then after `graceMs` makes it. Resolves when the whole tree is gone. */
  stop(graceMs: number): Promise<void>;
}

/** A command beside the instances. */
export interface RunningCommand {
  /** Resolves once its whole process tree is gone. */
  readonly exited: Promise<Exit>;
  /** SIGTERM, then after `graceMs` SIGKILL to the whole tree. */
  stop(graceMs: number): Promise<void>;
}

/** A command behind a terminal. */
export interface RunningTerminal extends RunningCommand {
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
}

export interface ScreenSpec {
  columns: number;
  rows: number;
  /** The value of TERM. */
  term: string;
  onData(bytes: Uint8Array): void;
}

export interface Runtime {
  readonly kind: 'native' | 'static' | 'docker' | 'swarm';
  /** Null where it can run here, else why not, for people. */
  unavailable(): Promise<string | null>;
  /** Resolves when the process exists; it need not answer yet. Output goes to `output` (appended). */
  start(spec: InstanceSpec, output: string): Promise<RunningInstance>;
  /**
   * Runs `argv` beside the instances: same files, variables, volumes and limits, but no port (`spec.port` is 0 and
   * `PORT` is not set). Each line of its output goes to `onLine`. Ends with the server. Absent where nothing runs.
   */
  command?(
    spec: InstanceSpec,
    argv: readonly string[],
    onLine: (text: string) => void,
  ): Promise<RunningCommand>;
  /** As `command`, in a terminal. Absent where there is none; throws `unavailable` where this machine cannot. */
  terminal?(spec: InstanceSpec, argv: readonly string[], screen: ScreenSpec): Promise<RunningTerminal>;
  /** Called each time it can run again after it could not. Absent where it always can. */
  onAvailable?(listener: () => void): void;
  /** The instance of an earlier server process, or null where it is gone. */
  adopt(spec: InstanceSpec, handle: InstanceHandle): Promise<RunningInstance | null>;
  /** Ends whatever carries this data folder's label and is not in `keep` (instance ids). Never touches anything else. */
  sweep(keep: ReadonlySet<string>): Promise<void>;
}
