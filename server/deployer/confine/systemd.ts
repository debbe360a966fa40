/** Confinement by systemd as PID 1: builds as scopes, isolated trees as services of their own made-up user. */

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { readKey } from './cgroup-file.ts';
import { findV1Mounts, v1Fence } from './cgroup-v1.ts';
import { findV2Mount, v2Fence } from './cgroup-v2.ts';
import type { ConfinedSpec, Confinement, Isolation } from './confiner.ts';
import { entering } from './enter.ts';
import { findExecutable } from './executable.ts';
import type { Fence, Fencing, Limits } from './fence.ts';
import { isAlive, readProcess } from './processes.ts';
import { startSystemdTerminal } from './systemd-terminal.ts';
import { environmentText, type LastCounters, parseShow, scopeArgv, serviceArgv } from './systemd-unit.ts';
import { confined, createTreeConfinement, type Ending, endOf } from './tree.ts';

export interface SystemdOptions {
  label: string;
  /** Folder for environment files, which exist only while a service starts. */
  run: string;
  tasks: number;
  yielding: readonly string[];
}

type ServiceOutput = Parameters<typeof serviceArgv>[1]['output'];

/** How often the first process of a service is looked for, ms: a new release that dies at once should fail at once. */
const pollMs = 200;

/** Null where the unit's processes and memory could not be read back. */
export function createSystemdConfinement(options: SystemdOptions): Confinement | null {
  const groups = unitGroups();
  if (groups === null) return null;
  const { fence: groupFence, countersOf } = groups;
  const systemdRun = Bun.which('systemd-run');
  if (systemdRun === null || Bun.which('systemctl') === null) return null;
  const unitOf = (name: string, kind: 'scope' | 'service') => `${options.label}-${name}.${kind}`;
  const scopes = scopeFencing(options, groupFence, systemdRun);
  const trees = createTreeConfinement({ fencing: scopes, title: 'systemd', tasks: options.tasks });
  // With version 1, systemd does not say that a unit ended for memory; the counters say so, if they are kept.
  const lastCounters = (name: string): LastCounters | null => {
    const from = countersOf(unitOf(name, 'service'));
    // In /run, since the data folder is hidden from all that belongs to the unit.
    return from === null ? null : { from, to: `/run/${options.label}-${name}.oom` };
  };
  const serviceFence = (name: string, limit: number | null) => {
    const unit = unitOf(name, 'service');
    const kept = lastCounters(name)?.to ?? null;
    const group = groupFence(unit);
    let oomKilled = false;
    const fence: Fence = {
      ...group,
      memoryLimit: limit ?? group.memoryLimit,
      oomKills: () => Math.max(group.oomKills(), oomKilled ? 1 : 0),
      async remove() {
        await systemctl('stop', unit);
        await systemctl('reset-failed', unit);
        if (kept !== null) rmSync(kept, { force: true });
        return true;
      },
    };
    // The group and its counters go with the last process; systemd remembers why it ended.
    const watch = async (pid: number, startTime: string): Promise<Ending> => {
      await endOf(pid, startTime, pollMs);
      const { oom, ...ending } = await readEnding(unit);
      oomKilled = oom || (kept !== null && (readKey(kept, 'oom_kill') ?? 0) > 0);
      return ending;
    };
    return { fence, watch };
  };
  const environmentFileOf = (name: string) => `${options.run}/${name}.env`;
  const argvOf = (spec: ConfinedSpec, isolation: Isolation, output: ServiceOutput) => {
    const [command = '', ...rest] = spec.argv;
    const argv = [findExecutable(command, spec.cwd, spec.env.PATH), ...rest];
    const limits = { ...spec, tasks: options.tasks * 4 };
    const closed = closedFolders([...isolation.hide, ...isolation.read]);
    const start = serviceArgv(
      unitOf(spec.name, 'service'),
      { ...spec, argv, isolation, output },
      limits,
      closed,
      environmentFileOf(spec.name),
      lastCounters(spec.name),
    );
    return [systemdRun, ...start.slice(1)];
  };
  const startService = async (spec: ConfinedSpec, isolation: Isolation, path: string) => {
    const unit = unitOf(spec.name, 'service');
    const [command = ''] = spec.argv;
    const argv = argvOf(spec, isolation, { kind: 'file', path });
    const file = environmentFileOf(spec.name);
    const { fence, watch } = serviceFence(spec.name, spec.memory);
    await fence.remove();
    writeFileSync(file, environmentText(spec.env), { mode: 0o600 });
    const started = await run(argv);
    rmSync(file, { force: true });
    if (started.code !== 0) {
      await fence.remove();
      throw new WindlassError('unavailable', `systemd could not start "${command}"`, {
        hint: `\`journalctl -u ${unit}\` tells what systemd said.`,
        cause: started.text,
      });
    }
    const pid = Number((await show(unit)).ExecMainPID ?? 0);
    const startTime = readProcess(pid)?.startTime ?? '';
    return confined(fence, pid, startTime, watch(pid, startTime));
  };
  return {
    ...trees,
    isolates: true,
    async spawn(spec) {
      const { isolation, output } = spec;
      if (isolation === undefined) return trees.spawn(spec);
      switch (output.kind) {
        case 'lines':
          return trees.spawn(spec);
        case 'file':
          return startService(spec, isolation, output.path);
        case 'terminal':
          return startSystemdTerminal({
            spec: { ...spec, output },
            argv: argvOf(spec, isolation, output),
            fence: serviceFence(spec.name, spec.memory).fence,
            environmentFile: environmentFileOf(spec.name),
            isRunning: async () => Number((await show(unitOf(spec.name, 'service'))).ExecMainPID ?? 0) > 0,
          });
      }
    },
    adopt(name, pid, startTime) {
      if (!isAlive(pid, startTime)) return null;
      const { fence, watch } = serviceFence(name, null);
      if (!fence.pids().includes(pid)) return trees.adopt(name, pid, startTime);
      return confined(fence, pid, startTime, watch(pid, startTime));
    },
    async sweep(ends) {
      await trees.sweep(ends);
      const names = await unitNames(options.label, 'service');
      await Promise.all(
        names.filter(ends).map(async (name) => {
          const unit = unitOf(name, 'service');
          await systemctl('kill', '--signal=KILL', unit);
          await serviceFence(name, null).fence.remove();
        }),
      );
    },
  };
}

/** Fences that are scopes; systemd removes each by itself when its last process ends. */
function scopeFencing(
  options: SystemdOptions,
  groupFence: (unit: string) => Fence,
  systemdRun: string,
): Fencing {
  const fence = (name: string, limits: Limits | null): Fence => {
    const unit = `${options.label}-${name}.scope`;
    const group = groupFence(unit);
    return {
      ...group,
      memoryLimit: limits?.memory ?? group.memoryLimit,
      enter(argv) {
        const lowered = limits?.background ? [...options.yielding, ...argv] : argv;
        const scope = limits === null ? lowered : [systemdRun, ...scopeArgv(unit, limits, lowered).slice(1)];
        return entering([], scope);
      },
      remove: () => true,
    };
  };
  return {
    means: 'cgroup',
    open: fence,
    find(name) {
      const found = fence(name, null);
      return found.pids().length > 0 ? found : null;
    },
    names: () => unitNames(options.label, 'scope'),
  };
}

interface UnitGroups {
  fence(unit: string): Fence;
  /** The counters that go with the group and that systemd does not look at; null where it does. */
  countersOf(unit: string): string | null;
}

/** How to read a unit's group, or null where no memory controller is mounted. Units of root are in system.slice. */
function unitGroups(): UnitGroups | null {
  const mounts = readFileSync('/proc/mounts', 'latin1');
  const v1 = findV1Mounts(mounts);
  if (v1 !== null) {
    return {
      fence: (unit) => v1Fence(v1, `system.slice/${unit}`),
      countersOf: (unit) => `${v1.memory}/system.slice/${unit}/memory.oom_control`,
    };
  }
  const v2 = findV2Mount(mounts);
  if (v2 === null) return null;
  return { fence: (unit) => v2Fence(`${v2}/system.slice/${unit}`), countersOf: () => null };
}

async function readEnding(unit: string): Promise<Ending & { oom: boolean }> {
  // The manager hears of the end at about the same time as this server.
  for (let tries = 0; tries < 50; tries += 1) {
    const { ExecMainCode: how, ExecMainStatus: status = '0', Result: result, ActiveState } = await show(unit);
    // what runs after the program, and keeps its counters, is not done yet
    if (ActiveState === 'deactivating') {
      await Bun.sleep(20);
      continue;
    }
    const oom = result === 'oom-kill';
    // waitid(2): CLD_EXITED 1, CLD_KILLED 2, CLD_DUMPED 3
    if (how === '1') return { code: Number(status), signal: null, oom };
    if (how === '2' || how === '3') return { code: null, signal: signalName(Number(status)), oom };
    if (result === undefined) break;
    await Bun.sleep(20);
  }
  return { code: null, signal: null, oom: false };
}

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `signal ${number}`;
}

/** For each path, its topmost folder that other users may not enter. */
function closedFolders(paths: readonly string[]): string[] {
  const closed = new Set<string>();
  for (const path of paths) {
    let topmost: string | null = null;
    for (let at = path; at !== '/'; at = dirname(at)) {
      const found = statSync(at, { throwIfNoEntry: false });
      if (found?.isDirectory() && (found.mode & 0o001) === 0) topmost = at;
    }
    if (topmost !== null) closed.add(topmost);
  }
  return [...closed];
}

async function unitNames(label: string, kind: 'scope' | 'service'): Promise<string[]> {
  const { text } = await run([
    'systemctl',
    'list-units',
    '--all',
    '--plain',
    '--no-legend',
    `${label}-*.${kind}`,
  ]);
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((unit) => unit.startsWith(`${label}-`) && unit.endsWith(`.${kind}`))
    .map((unit) => unit.slice(label.length + 1, -kind.length - 1));
}

async function show(unit: string): Promise<Record<string, string>> {
  const { text } = await run([
    'systemctl',
    'show',
    unit,
    '--property=ExecMainPID,ExecMainCode,ExecMainStatus,Result,ActiveState',
  ]);
  return parseShow(text);
}

async function systemctl(...argv: string[]): Promise<void> {
  // "not loaded" is as good as done
  await run(['systemctl', '--quiet', ...argv]);
}

async function run(argv: string[]): Promise<{ code: number; text: string }> {
  const child = Bun.spawn(argv, { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, text: code === 0 ? out : err || out };
}
