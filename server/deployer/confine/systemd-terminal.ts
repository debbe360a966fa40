/** A terminal in an isolated service: systemd-run stands between this server's end of it and the service's own. */

import { rmSync, writeFileSync } from 'node:fs';
import type { Confined, ConfinedSpec } from './confiner.ts';
import type { Fence } from './fence.ts';
import { readProcess } from './processes.ts';
import { environmentText } from './systemd-unit.ts';
import { spawnInTerminal } from './terminal.ts';
import { confined } from './tree.ts';

export interface SystemdTerminal {
  spec: ConfinedSpec & { output: Extract<ConfinedSpec['output'], { kind: 'terminal' }> };
  /** Of systemd-run, which ends with the service and as it did. */
  argv: string[];
  fence: Fence;
  /** Held by the manager only while the service starts. */
  environmentFile: string;
  /** Whether the service's program runs. */
  isRunning(): Promise<boolean>;
}

const startMs = 5000;
const pollMs = 50;

/** Answers at once, before anything is shown: whoever reads has to know the terminal first. */
export function startSystemdTerminal(parts: SystemdTerminal): Confined {
  const { spec, argv, fence, environmentFile, isRunning } = parts;
  const { TERM = 'xterm' } = spec.env;
  writeFileSync(environmentFile, environmentText(spec.env), { mode: 0o600 });
  const { child, screen, done, close } = spawnInTerminal(
    argv,
    // What the shell gets comes from the file alone.
    { cwd: '/', env: { PATH: '/usr/bin:/bin', TERM } },
    spec.output,
  );
  void forgetFile(environmentFile, async () => child.exitCode !== null || (await isRunning()));
  const ending = child.exited.then(() => ({ code: child.exitCode, signal: null }));
  const startTime = readProcess(child.pid)?.startTime ?? '';
  const tree = confined(fence, child.pid, startTime, ending, { done, cancel: async () => close() });
  void tree.exited.finally(close);
  return { ...tree, screen };
}

/** Once the manager has read it, and in any case soon. */
async function forgetFile(path: string, wasRead: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + startMs; performance.now() < until; await Bun.sleep(pollMs)) {
    if (await wasRead()) break;
  }
  rmSync(path, { force: true });
}
