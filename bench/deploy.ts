/** `deploy`: deploys and rollbacks under constant load; every request that is lost or answered wrongly counts. */

import { join } from 'node:path';
import type { Deployment, Phase } from '../shared/deployer/model.ts';
import { writeContainerApp, writeReleaseApp } from './apps/release-app.ts';
import { bars } from './bar.ts';
import type { Bench } from './bench.ts';
import { median } from './median.ts';
import { startWindlass, type Windlass } from './peers/windlass.ts';
import { judge, type Live, type Visit } from './traffic/ledger.ts';
import { startVisitor, type VisitorOptions } from './traffic/visitor.ts';
import { until } from './until.ts';

const times = 20;
const coldTimes = 3;
const leastVisits = bars['requests under load'].limit;
const app = 'shop';

/** Who visits: on kept connections, on new ones, and with requests that are under way when the route moves. */
const crowds: { count: number; visitor: Pick<VisitorOptions, 'path' | 'connection' | 'thinkMs'> }[] = [
  { count: 12, visitor: { path: '/', connection: 'kept', thinkMs: 5 } },
  { count: 6, visitor: { path: '/', connection: 'new', thinkMs: 8 } },
  { count: 4, visitor: { path: '/slow', connection: 'kept', thinkMs: 10 } },
];

export const deploy: Bench = {
  name: 'deploy',
  summary: `${times} deploys and ${times} rollbacks under load: requests lost, and how long each took`,
  alsoDocker: true,
  async run(context) {
    const write = context.runtime === 'docker' ? writeContainerApp : writeReleaseApp;
    const windlass = await startWindlass(context);
    const history = createHistory();
    const source = join(context.folder, 'shop');
    const release = async (version: string): Promise<Deployment> => {
      await write(source, version, { watch: 60 });
      const deployment = await windlass.deploy(app, source);
      history.switched(deployment, version);
      return deployment;
    };
    await release('v0');

    const visits: Visit[] = [];
    const leave = visit(windlass, (each) => visits.push(each));
    context.defer(leave);
    const deployMs: number[] = [];
    const rollbackMs: number[] = [];
    const coldMs: number[] = [];
    const goBack = async (to: number, into: number[]) => {
      const from = performance.now();
      const result = await windlass.control.call('releases.rollback', { app, to });
      into.push(performance.now() - from);
      history.switched(result.deployment, null);
      return result.warm;
    };

    let base = history.live();
    let cold = 0;
    for (let round = 1; round <= times; round++) {
      const deployment = await release(`v${round}`);
      deployMs.push(switchedAt(deployment) - deployment.createdAt);
      if (!(await goBack(base, rollbackMs))) cold++;
      // Every other time the newest stays, so that the releases before it go cold.
      if (round % 2 === 0) {
        await goBack(history.newest(), []);
        base = history.newest();
      }
      context.say(
        `round ${round}: deployed in ${deployMs.at(-1)} ms, back in ${Math.round(rollbackMs.at(-1) ?? 0)} ms`,
      );
    }
    for (let round = 0; round < coldTimes; round++) {
      const to = await until('a release is cold', () => newestCold(windlass));
      await goBack(to, coldMs);
    }
    await until('enough requests were made', () => (visits.length >= leastVisits ? true : null), {
      withinMs: 60_000,
    });
    await leave();

    const verdict = judge(visits, history.lives());
    return {
      figures: [
        { name: 'requests', value: verdict.requests, unit: '', bar: 'requests under load' },
        { name: 'lost', value: verdict.lost, unit: '', bar: 'requests lost' },
        { name: 'wrong', value: verdict.wrong, unit: '', bar: 'requests wrong' },
        {
          name: 'slowest warm rollback',
          value: Math.max(...rollbackMs),
          unit: 'ms',
          bar: 'rollback to a warm release',
        },
        {
          name: 'slowest cold rollback',
          value: Math.max(...coldMs),
          unit: 'ms',
          bar: 'rollback to a cold release',
        },
        { name: 'warm rollback, median', value: median(rollbackMs), unit: 'ms' },
        { name: 'deploy, median', value: median(deployMs), unit: 'ms' },
      ],
      notes: [
        `${deployMs.length} deploys, ${rollbackMs.length} rollbacks, ${coldMs.length} cold ones, ${crowds.map(({ count, visitor }) => `${count} visitors to ${visitor.path} on ${visitor.connection} connections`).join(', ')}`,
        'rollbacks as the client of the control socket sees them, all included',
        ...(cold > 0 ? [`${cold} rollbacks found the release before gone cold`] : []),
        ...verdict.examples,
      ],
    };
  },
};

/** Which release was live when, from the times the deployments tell. */
function createHistory() {
  const past: Live[] = [];
  const versions = new Map<number, string>();
  return {
    switched(deployment: Deployment, version: string | null) {
      const { release } = deployment;
      if (release === null) throw new Error(`deployment ${deployment.id} has no release`);
      if (version !== null) versions.set(release, version);
      const last = past.at(-1);
      if (last !== undefined) last.to = switchedAt(deployment);
      past.push({
        release,
        version: versions.get(release) ?? '',
        from: phaseAt(deployment, 'switching'),
        to: Number.POSITIVE_INFINITY,
      });
    },
    live: () => past.at(-1)?.release ?? 0,
    newest: () => Math.max(...versions.keys()),
    lives: () => past,
  };
}

function visit(windlass: Windlass, record: (visit: Visit) => void): () => Promise<void> {
  const target = { port: windlass.port(), host: windlass.host(app), record };
  const visitors = crowds.flatMap(({ count, visitor }) =>
    Array.from({ length: count }, () => startVisitor({ ...target, ...visitor })),
  );
  return async () => {
    await Promise.all(visitors.map((visitor) => visitor.stop()));
  };
}

async function newestCold({ control }: Windlass): Promise<number | null> {
  const { releases } = await control.call('releases.list', { app });
  const cold = releases.filter((release) => release.state === 'cold').map((release) => release.number);
  return cold.length === 0 ? null : Math.max(...cold);
}

const switchedAt = (deployment: Deployment) => phaseAt(deployment, 'watching');

function phaseAt({ id, phaseTimes }: Deployment, phase: Phase): number {
  const found = phaseTimes.find((time) => time.phase === phase);
  if (found === undefined) throw new Error(`deployment ${id} was never ${phase}`);
  return found.at;
}
