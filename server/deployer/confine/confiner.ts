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
  /** True: yields to everything else on the machine (nice 10, low io and cpu weight). For builds. */
  background: boolean;
  /** `pipe` gives lines to `onLine`; a path is appended to (and survives this process). Both streams go there. */
  output: { kind: 'lines'; onLine(text: string): void } | { kind: 'file'; path: string };
}

export interface ConfinedExit {
  code: number | null;
  signal: string | null;
  /** The limit in bytes where the tree was killed for reaching it, else null. */
  oomLimit: number | null;
}

export interface Confined {
  readonly pid: number;
  /** Kernel start time of `pid` (field 22 of /proc/pid/stat), so that a reused pid is not taken for it. */
  readonly startTime: string;
  readonly exited: Promise<ConfinedExit>;
  /** Resident bytes of the tree. */
  memory(): number | null;
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
