/** The argv and files by which a tree becomes a transient unit of systemd (systemd-run(1), systemd.exec(5)). */

import type { ConfinedSpec, Isolation } from './confiner.ts';
import type { Limits } from './fence.ts';

/** Where a group's memory counters lie while it exists, and where they are to be kept when it ends. */
export interface LastCounters {
  /** A `memory.oom_control` file of cgroup version 1. */
  from: string;
  to: string;
}

/** Limits as unit properties (systemd.resource-control(5)). */
function limitProperties(limits: Limits): string[] {
  return [
    ...(limits.memory === null
      ? ['MemoryAccounting=yes']
      : [`MemoryMax=${limits.memory}`, 'MemorySwapMax=0']),
    // per cent of one core
    ...(limits.cpu === null ? [] : [`CPUQuota=${Math.max(1, Math.round(limits.cpu * 100))}%`]),
    `TasksMax=${limits.tasks}`,
    ...(limits.background ? ['CPUWeight=10', 'IOWeight=10'] : []),
  ];
}

/** Runs argv in a scope: systemd-run becomes it, so pid, streams and environment stay those of the caller. */
export function scopeArgv(unit: string, limits: Limits, argv: readonly string[]): string[] {
  return [
    'systemd-run',
    '--scope',
    '--quiet',
    '--collect',
    `--unit=${unit}`,
    ...properties(limitProperties(limits)),
    '--',
    ...argv,
  ];
}

/**
 * Runs argv as a service: its own user, a read-only system, a private /tmp, no way to more rights. The manager opens
 * output and environment file as root, before the view of the machine narrows, so both may lie in a closed folder.
 * `argv[0]` is an absolute path. `closed` are folders that other users may not enter; an empty one stands in their
 * place, with nothing in it but what `isolation` names.
 */
export function serviceArgv(
  unit: string,
  spec: Omit<ConfinedSpec, 'output'> & {
    isolation: Isolation;
    output: { kind: 'file'; path: string } | { kind: 'terminal' };
  },
  limits: Limits,
  closed: readonly string[],
  environmentFile: string,
  lastCounters: LastCounters | null = null,
): string[] {
  const { isolation, output } = spec;
  return [
    'systemd-run',
    '--quiet',
    // with a terminal it stays, and ends as the program did
    ...(output.kind === 'terminal' ? ['--pty', '--wait', '--collect'] : []),
    `--unit=${unit}`,
    // answers only once the program runs, and says so where it cannot
    '--service-type=exec',
    ...properties([
      ...limitProperties(limits),
      // keeps the result of what has ended until it is asked for
      ...(output.kind === 'file' ? ['RemainAfterExit=yes'] : []),
      'KillMode=control-group',
      'TimeoutStopSec=5',
      'DynamicUser=yes',
      `User=${isolation.user}`,
      'ProtectSystem=strict',
      'ProtectHome=read-only',
      'PrivateTmp=yes',
      'PrivateDevices=yes',
      'ProtectControlGroups=yes',
      'ProtectKernelTunables=yes',
      'ProtectKernelModules=yes',
      'RestrictSUIDSGID=yes',
      'RestrictRealtime=yes',
      'LockPersonality=yes',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      ...closed.map((folder) => `TemporaryFileSystem=${word(folder)}:ro`),
      ...isolation.read.map((path) => `BindReadOnlyPaths=${word(path)}`),
      ...isolation.write.map(({ from, to }) => `BindPaths=${word(from)}:${word(to)}`),
      `WorkingDirectory=${spec.cwd}`,
      // gone once the program runs, and asked for again by what runs after it
      `EnvironmentFile=-${environmentFile}`,
      ...(output.kind === 'file'
        ? [`StandardOutput=append:${output.path}`, `StandardError=append:${output.path}`]
        : []),
      // Runs as root, on a writable system, between the end of the program and that of its group.
      ...(lastCounters === null
        ? []
        : [`ExecStopPost=-+/bin/cp ${word(lastCounters.from)} ${word(lastCounters.to)}`]),
    ]),
    '--',
    // the manager would put variables in place of `$NAME`
    ...spec.argv.map((argument) => argument.replaceAll('$', '$$$$')),
  ];
}

/** The text of an EnvironmentFile: double quotes keep everything, line ends included, but these four characters. */
export function environmentText(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}="${value.replace(/[\\"$`]/g, '\\$&')}"\n`)
    .join('');
}

/** `name=value` lines of `systemctl show`. */
export function parseShow(text: string): Record<string, string> {
  const pairs = text.split('\n').map((line) => [line, line.indexOf('=')] as const);
  return Object.fromEntries(
    pairs.filter(([, at]) => at > 0).map(([line, at]) => [line.slice(0, at), line.slice(at + 1)]),
  );
}

function properties(list: readonly string[]): string[] {
  return list.map((property) => `--property=${property}`);
}

/** A path as one word of a list property: blanks and quotes would end it, a colon would split it. */
function word(path: string): string {
  return path.replace(/[\s\\"':]/g, '\\$&');
}
