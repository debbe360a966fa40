/** The argv that moves itself into cgroups and then becomes another program, without ever being two processes. */

/**
 * Writes its own pid to each file given before `--` and runs what comes after it. The text is fixed; everything that
 * varies is an argument. `2>&1` joins the two output streams, so that their lines keep the order they were written in.
 */
const script = 'while [ "$1" != -- ]; do echo "$$" > "$1" || exit 125; shift; done; shift; exec "$@" 2>&1';

/** `procs`: paths of `cgroup.procs` files to join. */
export function entering(procs: readonly string[], argv: readonly string[]): string[] {
  return ['/bin/sh', '-c', script, 'sh', ...procs, '--', ...argv];
}

/** The programs of this machine that lower what they run; null where it has none (macOS has only nice). */
export interface LoweringTools {
  nice: string | null;
  ionice: string | null;
  taskset: string | null;
}

/** Lowers cpu and io priority of what follows and keeps it to `cores`, as far as the machine has the tools. */
export function yielding(tools: LoweringTools, cores: string | null): string[] {
  return [
    ...(tools.taskset === null || cores === null ? [] : [tools.taskset, '-c', cores]),
    ...(tools.nice === null ? [] : [tools.nice, '-n', '10']),
    // best-effort class, lowest level: the idle class would starve a build for as long as anything else reads
    ...(tools.ionice === null ? [] : [tools.ionice, '-c', '2', '-n', '7']),
  ];
}
