/** `idle`: what the server costs when nobody comes, with three apps deployed and every feature on. */

import { existsSync } from 'node:fs';
import type { Bench } from './bench.ts';
import { coreSeconds, environmentOf, family, proportionalBytes, statusBytes } from './machine/proc.ts';
import { startWindlass } from './peers/windlass.ts';
import { until } from './until.ts';

const apps = ['hello', 'express', 'static'];
const quietMs = 20_000;
const measuredMs = 20_000;

export const idle: Bench = {
  name: 'idle',
  alsoDocker: true,
  summary: 'resident memory and share of a core at rest, with three apps',
  async run(context) {
    const windlass = await startWindlass(context);
    const deployed = context.runtime === 'docker' ? [...apps, 'python'] : apps;
    for (const app of deployed) {
      const folder = new URL(`../examples/${app}`, import.meta.url).pathname;
      if (!existsSync(folder)) throw new Error(`examples/${app} is missing`);
      await windlass.deploy(app, folder);
      const response = await fetch(`http://127.0.0.1:${windlass.port()}/`, {
        headers: { host: windlass.host(app) },
      });
      await response.text();
      if (response.status !== 200) throw new Error(`${app} answered ${response.status}`);
      context.say(`${app} is live`);
    }
    // At rest means: nothing is being watched any more, no release is kept warm, no memory of the builds is left.
    await until(
      'every deployment has settled',
      async () => {
        for (const app of deployed) {
          const { deployments } = await windlass.control.call('deployments.list', { app });
          if (deployments.some(({ finishedAt }) => finishedAt === null)) return null;
        }
        return true;
      },
      { withinMs: 90_000, everyMs: 500 },
    );
    context.say(`waiting ${quietMs / 1000} s, then measuring for ${measuredMs / 1000} s`);
    await Bun.sleep(quietMs);
    const pids = ownProcesses(windlass.pid());
    const before = sum(pids, coreSeconds);
    await Bun.sleep(measuredMs);
    const used = sum(pids, coreSeconds) - before;
    return {
      figures: [
        {
          name: 'resident',
          value: sum(pids, (pid) => statusBytes(pid, 'VmRSS')) / 1e6,
          unit: 'MB',
          bar: 'idle memory',
        },
        { name: 'share of a core', value: (used / (measuredMs / 1000)) * 100, unit: '%', bar: 'idle cpu' },
        { name: 'proportional', value: sum(pids, proportionalBytes) / 1e6, unit: 'MB' },
        { name: 'anonymous', value: sum(pids, (pid) => statusBytes(pid, 'RssAnon')) / 1e6, unit: 'MB' },
      ],
      notes: [
        `${deployed.join(', ')} deployed; ${pids.length} process${pids.length === 1 ? '' : 'es'} of the server, apps not counted`,
      ],
    };
  },
};

/** The server and what it runs for itself; apps carry their name in the environment. */
function ownProcesses(pid: number): number[] {
  return family(pid).filter((each) => each === pid || !environmentOf(each).has('WINDLASS_APP'));
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + of(pid), 0);
}
