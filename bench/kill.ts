/** `kill`: SIGKILL at random instants of deploys and writes; then everything acknowledged has to be there. */

import { join } from 'node:path';
import { isFinal } from '../shared/deployer/deployment.ts';
import { parseAnswer, writeReleaseApp } from './apps/release-app.ts';
import type { Bench } from './bench.ts';
import { freePort } from './machine/port.ts';
import { environmentOf, isAlive } from './machine/proc.ts';
import { median } from './median.ts';
import { leftBehind, startWindlass, type Windlass } from './peers/windlass.ts';
import { until } from './until.ts';
import { createAcknowledged, writeUntil } from './writes/writers.ts';

const rounds = 20;
const app = 'shop';
/** A deployment of the small app takes about this long, so a kill hits any instant of it. */
const longestMs = 1500;
const settleMs = 20_000;

export const kill: Bench = {
  name: 'kill',
  summary: `${rounds} times kill -9 amid deploys and writes: what is lost, half done or left behind`,
  async run(context) {
    const port = await freePort();
    const windlass = await startWindlass({ ...context, port });
    const source = (version: string) => writeReleaseApp(join(context.folder, 'shop'), version, { watch: 1 });
    await windlass.deploy(app, await source('v0'));
    const known = createAcknowledged();
    const faults: Record<'lost' | 'half' | 'stray', string[]> = { lost: [], half: [], stray: [] };
    const againMs: number[] = [];

    for (let round = 1; round <= rounds; round++) {
      const over = new AbortController();
      const writing = writeUntil(over.signal, { windlass, app, round, known, source });
      const instant = Math.round(Math.random() * longestMs);
      await Bun.sleep(instant);
      over.abort();
      await windlass.kill();
      await writing;

      const from = performance.now();
      const up = windlass.start();
      await until('the app answers again', () => answerOf(windlass, port), { everyMs: 2, withinMs: 30_000 });
      againMs.push(performance.now() - from);
      await up;

      faults.lost.push(...(await known.missing(windlass, app)));
      faults.half.push(...(await unsettled(windlass, port)));
      faults.stray.push(...(await strays(windlass)));
      const found = Object.entries(faults).map(([name, list]) => `${list.length} ${name}`);
      context.say(
        `round ${round}: killed after ${instant} ms, serving again in ${Math.round(againMs.at(-1) ?? 0)} ms, ${found.join(', ')}`,
      );
    }
    return {
      figures: [
        {
          name: 'acknowledged writes lost',
          value: faults.lost.length,
          unit: '',
          bar: 'acknowledged writes lost',
        },
        { name: 'half-live deployments', value: faults.half.length, unit: '', bar: 'half-live deployments' },
        { name: 'stray processes', value: faults.stray.length, unit: '', bar: 'stray processes' },
        {
          name: 'serving again, slowest',
          value: Math.max(...againMs),
          unit: 'ms',
          bar: 'serving again after a kill',
        },
        { name: 'serving again, median', value: median(againMs), unit: 'ms' },
        { name: 'acknowledged writes', value: known.count(), unit: '' },
      ],
      notes: [
        `${rounds} kills, 0 to ${longestMs} ms into them`,
        ...Object.values(faults).flat().slice(0, 10),
      ],
    };
  },
};

/** What the app answers; null where it is not a whole release's answer. */
async function answerOf(windlass: Windlass, port: number) {
  const headers = { host: windlass.host(app) };
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers, keepalive: false }).catch(() => null);
  if (response === null) return null;
  const text = await response.text();
  return response.status === 200 ? parseAnswer(text) : null;
}

/** Deployments that never end, and an app that is not answered by the release the server says is live. */
async function unsettled(windlass: Windlass, port: number): Promise<string[]> {
  const faults: string[] = [];
  const look = async () => {
    const { deployments } = await windlass.control.call('deployments.list', { app, limit: 50 });
    const open = deployments.filter(({ phase }) => !isFinal(phase));
    // The whole time, whatever is being finished: the app answers from some whole release.
    if ((await answerOf(windlass, port)) === null)
      faults.push('the app did not answer while deployments settled');
    return open.length === 0 ? true : null;
  };
  await until('every deployment has ended', look, { withinMs: settleMs, everyMs: 50 }).catch((error: Error) =>
    faults.push(error.message),
  );
  const { environments } = await windlass.control.call('apps.get', { app });
  const answer = await answerOf(windlass, port);
  const live = environments[0]?.liveRelease ?? null;
  if (answer?.release !== live)
    faults.push(`release ${live} is live and ${answer?.release ?? 'none'} answers`);
  return faults;
}

/** Processes of the app beyond those of the instances the server knows; what just ended is given time to go. */
async function strays({ data, control }: Windlass): Promise<string[]> {
  const look = async () => {
    const { environments } = await control.call('apps.get', { app });
    const known = new Set(
      environments.flatMap(({ instances }) => instances.map(({ address }) => portIn(address))),
    );
    return leftBehind(data).filter((pid) => isAlive(pid) && !known.has(environmentOf(pid).get('PORT') ?? ''));
  };
  let seen: number[] = [];
  const gone = await until(
    'only known instances run',
    async () => {
      seen = await look();
      return seen.length === 0 ? true : null;
    },
    { withinMs: settleMs, everyMs: 50 },
  ).catch(() => false);
  return gone === true
    ? []
    : seen.map(
        (pid) => `process ${pid} of release ${environmentOf(pid).get('WINDLASS_RELEASE') ?? '?'} is left`,
      );
}

function portIn(address: string | null): string {
  return address === null ? '' : address.slice(address.lastIndexOf(':') + 1);
}
