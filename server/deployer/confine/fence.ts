/** What holds a process tree together: a cgroup, a systemd scope, or a watchful eye on the process table. */

/** What a tree may use; null for no limit. */
export interface Limits {
  /** Bytes, swap included. */
  memory: number | null;
  /** Cores. */
  cpu: number | null;
  /** Processes and threads together; what ends a fork bomb. */
  tasks: number;
  /** Yields to everything else: low cpu and io weight. */
  background: boolean;
}

/** One tree's fence. Made before its first process exists, removed after its last is gone. */
export interface Fence {
  /** The argv that puts itself inside and then becomes `argv`, so that nothing can fork before it is fenced. */
  enter(argv: readonly string[]): string[];
  /** Tells the fence which process is the tree's first, once it exists. */
  entered(pid: number): void;
  /** Living processes of the tree. */
  pids(): number[];
  /** Bytes the tree holds; null where unknown. */
  memory(): number | null;
  /** How many of the tree's processes were ended for memory. */
  oomKills(): number;
  /** How often a new process was refused, or the tree ended, for having too many. */
  taskRefusals?(): number;
  /** The limit in bytes as it was set; null for none. */
  readonly memoryLimit: number | null;
  /** SIGKILL to all of it, in one stroke where the system can. Call it again until `pids` is empty. */
  kill(): void;
  /** True once nothing of the fence is left; false where the kernel still holds it (try again). */
  remove(): boolean | Promise<boolean>;
}

/** One way to make fences. Every name lives under this server's own label, so two servers never meet. */
export interface Fencing {
  readonly means: 'cgroup' | 'watch';
  /** Throws `WindlassError('unavailable')` where the limits cannot be set. */
  open(name: string, limits: Limits): Fence;
  /** The fence an earlier process made; `pid` is its tree's first process. Null where there is none. */
  find(name: string, pid: number | null): Fence | null;
  /** Names of all fences under the label, living or not. */
  names(): string[] | Promise<string[]>;
}
