/** `build`: what visitors of a live app notice of a build that wants all memory and every core. */

import { join } from 'node:path';
import { writeContainerApp, writeReleaseApp } from './apps/release-app.ts';
import { writeApp } from './apps/write-app.ts';
import type { Bench } from './bench.ts';
import { median, quantile } from './median.ts';
import { startWindlass } from './peers/windlass.ts';
import type { Visit } from './traffic/ledger.ts';
import { startVisitor } from './traffic/visitor.ts';

/** Of each visitor, ms. With one figure for all they would ask in step, and every wait of one would count eight times. */
const thinkMs = [7, 8, 9, 10, 11, 12, 13, 14];
/** About as long as a build takes: a p99 is that of a longer time only among as many. */
const quietMs = 8000;
/** Builds before it counts. A server that has just begun compiles its own code on the core it serves from. */
const warmUps = 2;
const rounds = 5;
const limit = '1500m';
/** Four processes, each counting without a pause and keeping 5 MB more every 100 ms, until the limit ends them. */
const hunger = `const kept = [];
if (process.argv[2] !== 'one') {
  const { spawn } = require('node:child_process');
  for (let n = 0; n < 3; n++) {
    const child = spawn('node', ['hunger.js', 'one'], { stdio: 'inherit' });
    child.on('exit', () => process.exit(137));
  }
}
const bite = () => {
  const until = Date.now() + 100;
  while (Date.now() < until);
  kept.push(Buffer.alloc(5e6, 1));
  setImmediate(bite);
};
bite();
`;
const feast = 'node hunger.js';

export const build: Bench = {
  name: 'build',
  summary: 'p99 of a live app beside a build that wants all memory and every core',
  alsoDocker: true,
  async run(context) {
    const inContainers = context.runtime === 'docker';
    const windlass = await startWindlass(context);
    const write = inContainers ? writeContainerApp : writeReleaseApp;
    await windlass.deploy('shop', await write(join(context.folder, 'shop'), 'v1', { watch: 0 }));
    const greedy = await writeApp(join(context.folder, 'greedy'), {
      'hunger.js': hunger,
      'windlass.json': { build: { command: feast, memory: limit }, start: 'node hunger.js' },
      ...(inContainers ? { Dockerfile: `FROM node:22-slim\nCOPY . .\nRUN ${feast}\n` } : {}),
    });

    const visits: Visit[] = [];
    const target = { port: windlass.port(), host: windlass.host('shop'), path: '/' };
    const crowd = thinkMs.map((pause) =>
      startVisitor({
        ...target,
        thinkMs: pause,
        connection: 'kept',
        record: (visit) => visits.push(visit),
      }),
    );
    const leave = async () => void (await Promise.all(crowd.map((visitor) => visitor.stop())));
    context.defer(leave);
    /** All visits that began while `work` went on. */
    const during = async (work: () => Promise<unknown>) => {
      const from = visits.length;
      await work();
      return visits.slice(from);
    };

    /** Visits from when it was queued, when the command line that sent it is gone, until it had ended. */
    const buildOnce = async () => {
      const { id } = await windlass.queueDeploy('greedy', greedy);
      let reason = 'it did not fail';
      // Told, not asked again and again: nobody asks in the peace it is compared with.
      const beside = await during(async () => {
        const { failure } = await windlass.control.stream(
          'deployments.follow',
          { id, toEnd: true },
          () => undefined,
          AbortSignal.timeout(120_000),
        );
        reason = failure?.message ?? reason;
      });
      return { beside, reason };
    };

    for (let n = 0; n < warmUps; n++) await buildOnce();
    const quiet: number[] = [];
    const busy: number[] = [];
    const reasons = new Set<string>();
    let lost = 0;
    for (let round = 1; round <= rounds; round++) {
      quiet.push(p99(await during(() => Bun.sleep(quietMs))));
      const { beside, reason } = await buildOnce();
      busy.push(p99(beside));
      lost += beside.filter(({ outcome }) => outcome.kind === 'lost' || outcome.status !== 200).length;
      reasons.add(reason);
      context.say(
        `round ${round}: p99 ${quiet.at(-1)?.toFixed(2)} ms, beside the build ${busy.at(-1)?.toFixed(2)} ms`,
      );
    }
    await leave();
    return {
      figures: [
        {
          name: 'p99 beside the build',
          value: median(busy) / median(quiet),
          unit: 'x',
          bar: 'p99 beside a greedy build',
        },
        { name: 'p99 without it', value: median(quiet), unit: 'ms' },
        { name: 'p99 with it', value: median(busy), unit: 'ms' },
        { name: 'lost', value: lost, unit: '', bar: 'requests lost' },
      ],
      notes: [`${rounds} builds of at most ${limit}, each ended as: ${[...reasons].join('; ')}`],
    };
  },
};

const p99 = (visits: readonly Visit[]): number =>
  quantile(
    visits.flatMap(({ ms }) => ms ?? []),
    0.99,
  );
