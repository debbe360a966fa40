/** `proxy`: small answers over kept connections, Windlass, nginx and Caddy in turn on the same core before one app. */

import { join } from 'node:path';
import { answerText, writeUpstream } from './apps/upstream.ts';
import type { Bench, BenchContext } from './bench.ts';
import { cores, pinned } from './machine/pin.ts';
import { freePort } from './machine/port.ts';
import { coreSeconds, family } from './machine/proc.ts';
import { load } from './machine/wrk.ts';
import { median } from './median.ts';
import { startCaddy } from './peers/caddy.ts';
import { startNginx } from './peers/nginx.ts';
import { startWindlass } from './peers/windlass.ts';

const rounds = 5;
const latencyRounds = 3;
const seconds = 4;
/** A server runs for weeks: what counts is the steady state, and ours compiles itself over some 200,000 requests. */
const warmUpSeconds = 15;
const connections = 32;

interface Contender {
  name: string;
  port: number;
  host: string;
  pids(): number[];
}

interface Round {
  perSecond: number;
  /** Requests for each second the contender spent on the core: what it would do with all of it. */
  perCoreSecond: number;
  /** Share of the core that it used, 0 to 1. */
  busy: number;
}

export const proxy: Bench = {
  name: 'proxy',
  summary: 'requests per core and latency at half load, against nginx and Caddy',
  async run(context) {
    const contenders = await startContenders(context);
    await Promise.all(contenders.map(mustAnswer));
    const { folder, say } = context;
    const aim = (to: Contender) => ({
      url: `http://127.0.0.1:${to.port}/`,
      host: to.host,
      connections,
      folder,
    });

    for (const each of contenders) await load({ ...aim(each), seconds: warmUpSeconds });
    const results = new Map<string, Round[]>(contenders.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const each of rotated(contenders, round)) {
        const before = usedSeconds(each);
        const { requests, perSecond, errors } = await load({ ...aim(each), seconds });
        const used = usedSeconds(each) - before;
        if (errors > 0) throw new Error(`${each.name} answered ${errors} requests badly`);
        const result = { perSecond, perCoreSecond: requests / used, busy: (used * perSecond) / requests };
        results.get(each.name)?.push(result);
        say(
          `round ${round + 1}: ${each.name} ${Math.round(perSecond)}/s, ${percent(result.busy)} of the core`,
        );
      }
    }
    const of = (name: string) => results.get(name) ?? [];
    const middle = (name: string, key: keyof Round) => median(of(name).map((round) => round[key]));

    const rate = Math.round(middle('Caddy', 'perSecond') / 2);
    const p99 = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
    for (let round = 0; round < latencyRounds; round++) {
      for (const each of rotated(contenders, round)) {
        const result = await load({ ...aim(each), seconds, rate });
        p99.get(each.name)?.push(result.p99);
        say(`${each.name} p99 ${result.p99.toFixed(2)} ms at ${Math.round(result.perSecond)}/s`);
      }
    }
    const late = (name: string) => median(p99.get(name) ?? []);

    const against = (name: string, key: keyof Round = 'perCoreSecond') =>
      middle('Windlass', key) / middle(name, key);
    return {
      figures: [
        { name: 'against Caddy', value: against('Caddy'), unit: 'x', bar: 'requests per core against Caddy' },
        { name: 'against nginx', value: against('nginx'), unit: 'x', bar: 'requests per core against nginx' },
        {
          name: "p99 at half load, of Caddy's",
          value: late('Windlass') / late('Caddy'),
          unit: 'x',
          bar: 'p99 at half load against Caddy',
        },
        { name: 'throughput against Caddy', value: against('Caddy', 'perSecond'), unit: 'x' },
        { name: 'throughput against nginx', value: against('nginx', 'perSecond'), unit: 'x' },
        ...contenders.flatMap(({ name }) => [
          { name: `${name} requests`, value: middle(name, 'perSecond'), unit: '/s' },
          { name: `${name} requests per core`, value: middle(name, 'perCoreSecond'), unit: '/s' },
          { name: `${name} p99 at ${rate}/s`, value: late(name), unit: 'ms' },
        ]),
      ],
      notes: [
        `${rounds} rounds of ${seconds} s, ${connections} kept connections, access logs on, medians, after ${warmUpSeconds} s of warming up each; share of the core used: ` +
          contenders.map(({ name }) => `${name} ${percent(middle(name, 'busy'))}`).join(', '),
        'against: requests for each second spent on the core, so that nobody gains where the load generator is the limit',
        "half load is half of Caddy's own most, for all three",
      ],
    };
  },
};

async function startContenders({ folder, defer }: BenchContext): Promise<Contender[]> {
  const wrap = (argv: readonly string[]) => pinned(cores.measured, argv);
  const windlass = await startWindlass({ folder, defer, wrap });
  await windlass.deploy('upstream', await writeUpstream(join(folder, 'upstream')));
  const app = await windlass.control.call('apps.get', { app: 'upstream' });
  const upstream = app.environments[0]?.instances[0]?.address;
  if (upstream == null) throw new Error('the app has no address');
  const options = async () => ({ folder, upstream, wrap, defer, port: await freePort() });
  const nginx = await startNginx(await options(), 'small');
  const caddy = await startCaddy(await options());
  return [
    {
      name: 'Windlass',
      port: windlass.port(),
      host: windlass.host('upstream'),
      // Its descendants are the app, which works on the other core and is not counted.
      pids: () => [windlass.pid()],
    },
    ...[nginx, caddy].map(({ name, port, pid }) => ({
      name,
      port,
      host: 'upstream.localhost',
      pids: () => family(pid),
    })),
  ];
}

async function mustAnswer({ name, port, host }: Contender): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { host } });
  const text = await response.text();
  if (response.status !== 200 || text !== answerText) {
    throw new Error(`${name} answered ${response.status} ${JSON.stringify(text.slice(0, 100))}`);
  }
}

function usedSeconds(contender: Contender): number {
  return contender.pids().reduce((sum, pid) => sum + coreSeconds(pid), 0);
}

/** Everyone is first equally often. */
function rotated<T>(values: readonly T[], by: number): T[] {
  const at = by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
