/** Runs a process tree under limits, and knows why it ended. Builds and native instances both use it. */

export interface ConfinedSpec {
  /** Unique, `[a-z0-9-]`; names the cgroup. */
  name: string;
  argv: readonly string[];
  cwd: string;
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
  /** Bytes for the whole tree; null for no limit. */
  memory: number | null;
  /** Cores for the whole tree, e.g. 0.5; null for no limit. */
  cpu: number | null;
  /** True: yields to everything else on the machine (nice 10, low io and cpu weight, its own cores). For builds. */
  background: boolean;
  /** `pipe` gives lines to `onLine`; a path is appended to (and survives this process). Both streams go there. */
  output:
    | { kind: 'lines'; onLine(text: string): void }
    | { kind: 'file'; path: string }
    /** A terminal of its own: what is shown comes to `onData`, what is typed goes to `Confined.screen`. */
    | { kind: 'terminal'; columns: number; rows: number; onData(bytes: Uint8Array): void };
  /** What the tree may touch. Held where the confiner `isolates`, ignored elsewhere. */
  isolation?: Isolation;
}

/** A view of the machine: read-only but for `write`, with the data folder hidden but for what is named here. */
export interface Isolation {
  /** `[a-z][a-z0-9-]{0,30}`; trees with the same one run as the same (made-up) system user. */
  user: string;
  /** Hidden from the tree, with everything below but what `read` and `write` name. */
  hide: readonly string[];
  read: readonly string[];
  /** `from` on the machine appears, writable, as `to`. */
  write: readonly { from: string; to: string }[];
}

export interface ConfinedExit {
  code: number | null;
  signal: string | null;
  /** The limit in bytes where the tree was killed for reaching it, else null. */
  oomLimit: number | null;
}

/** The near end of a terminal. Nothing happens once the tree is gone. */
export interface Screen {
  write(bytes: Uint8Array): void;
  resize(columns: number, rows: number): void;
}

export interface Confined {
  /** Where the output is a terminal. */
  readonly screen?: Screen;
  readonly pid: number;
  /** Kernel start time of `pid` (field 22 of /proc/pid/stat), so that a reused pid is not taken for it. */
  readonly startTime: string;
  readonly exited: Promise<ConfinedExit>;
  /** Resident bytes of the tree. */
  memory(): number | null;
  /** Processes of the tree ended for memory so far; its first one may have lived on. */
  oomKills?(): number;
  /** How often it was refused a new process, or ended, for having too many of them. */
  taskRefusals?(): number;
  /** SIGTERM to the tree, SIGKILL after `graceMs`; resolves when none of it is left. */
  stop(graceMs: number): Promise<void>;
}

export interface Confiner {
  /** `cgroup` where the kernel enforces the limits, `watch` where the tree's memory is polled instead. */
  readonly means: 'cgroup' | 'watch';
  /** Throws `WindlassError('invalid')` where argv[0] cannot be executed. */
  spawn(spec: ConfinedSpec): Promise<Confined>;
  /** A tree an earlier process started, or null where it is gone. */
  adopt(name: string, pid: number, startTime: string): Confined | null;
}

/** The confiner of a whole server: it also knows what it left behind. */
export interface Confinement extends Confiner {
  /** Whether `isolation` is held. */
  readonly isolates: boolean;
  /** For people: `cgroup v1`, `systemd`, ... */
  readonly title: string;
  /**
   * Ends, at once, every tree of this data folder's label whose name `ends` says yes to; resolves when they are gone.
   * Trees that this very process watches over end like any other: their `exited` resolves.
   */
  sweep(ends: (name: string) => boolean): Promise<void>;
}
