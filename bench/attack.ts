/** `attack`: what other clients notice while slowhttptest and h2load hold connections, trickle and flood. */

import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { writeUpstream } from './apps/upstream.ts';
import type { Bench, BenchContext, Figure } from './bench.ts';
import { startChild } from './machine/child.ts';
import { cores, pinned } from './machine/pin.ts';
import { statusBytes } from './machine/proc.ts';
import { program } from './machine/program.ts';
import { load } from './machine/wrk.ts';
import { median } from './median.ts';
import { startWindlass, type Windlass } from './peers/windlass.ts';
import { until } from './until.ts';

/** Requests a second of the clients that mean no harm. */
const rate = 1_500;
const seconds = 10;
const attackers = 4_000;

interface Attack {
  name: string;
  argv: readonly string[];
}

export const attack: Bench = {
  name: 'attack',
  summary: "other clients' p99 and the server's memory under slow and many clients",
  async run(context) {
    const { folder, defer, say } = context;
    const wrap = (argv: readonly string[]) => pinned(cores.measured, argv);
    const windlass = await startWindlass({ folder, defer, wrap });
    await windlass.deploy('upstream', await writeUpstream(join(folder, 'upstream')));
    // An attacker is another client than the others: from another address, under a host of its own.
    const address = ownAddress();
    await windlass.control.call('domains.add', { app: 'upstream', environment: 'production', host: address });
    const calm = () => p99(windlass, folder);
    for (let round = 0; round < 2; round++) await calm();
    const before = [await calm(), await calm(), await calm()];
    say(`in peace p99 ${before.map((each) => each.toFixed(2)).join(', ')} ms`);
    const peace = median(before);
    const memory = statusBytes(windlass.pid(), 'VmRSS');
    const figures: Figure[] = [{ name: 'p99 in peace', value: peace, unit: 'ms' }];
    for (const each of attacks(`http://${address}:${windlass.port()}`)) {
      const during = await under(context, each, windlass, calm);
      say(`${each.name}: p99 ${during.toFixed(2)} ms`);
      figures.push({
        name: `p99 under ${each.name}`,
        value: during / peace,
        unit: 'x',
        bar: "others' p99 under attack",
      });
    }
    const grown = (statusBytes(windlass.pid(), 'VmRSS') - memory) / 1e6;
    const { reasons } = await windlass.control.call('requests.refused', {});
    return {
      figures: [...figures, { name: 'memory grown by', value: grown, unit: 'MB' }],
      notes: [
        `others: ${rate} requests/s over 16 connections for ${seconds} s; attackers: up to ${attackers} connections from one other address`,
        `turned away: ${reasons.map(({ reason, count }) => `${reason} ${count}`).join(', ') || 'nobody'}`,
      ],
    };
  },
};

function attacks(url: string): readonly Attack[] {
  const slow = (name: string, ...flags: string[]): Attack => ({
    name,
    argv: [
      program('slowhttptest'),
      ...flags,
      '-c',
      String(attackers),
      '-r',
      '1000',
      '-l',
      '60',
      '-p',
      '60',
      '-v',
      '0',
    ],
  });
  return [
    slow('slow headers', '-H', '-i', '3', '-x', '20', '-u', `${url}/`),
    slow('slow bodies', '-B', '-i', '3', '-s', '8192', '-x', '20', '-u', `${url}/`),
    slow('ranges', '-R', '-u', `${url}/`),
    slow(
      'slow readers',
      '-X',
      '-w',
      '512',
      '-y',
      '1024',
      '-n',
      '3',
      '-z',
      '32',
      '-k',
      '3',
      '-u',
      `${url}/big`,
    ),
    {
      name: 'a flood of h2load',
      argv: [program('h2load'), '--h1', '-c', '500', '-t', '1', '-D', '60', '--rps', '4', `${url}/`],
    },
  ];
}

async function under(
  { folder, defer }: BenchContext,
  { name, argv }: Attack,
  windlass: Windlass,
  calm: () => Promise<number>,
): Promise<number> {
  const log = join(folder, `${name.replaceAll(' ', '-')}.log`);
  const child = startChild(pinned(cores.load, argv), { log, defer });
  let before = -1;
  await until(
    'the attack is at its height',
    async () => {
      const { connections } = await windlass.control.call('requests.refused', {});
      const still = connections >= 20 && connections <= before;
      before = connections;
      return still || child.ended() !== null ? true : null;
    },
    { everyMs: 1_000, withinMs: 30_000 },
  );
  const during = await calm();
  await child.kill();
  await until('the attackers are gone', async () => {
    const { connections } = await windlass.control.call('requests.refused', {});
    return connections < 50 ? true : null;
  });
  return during;
}

async function p99(windlass: Windlass, folder: string): Promise<number> {
  const url = `http://127.0.0.1:${windlass.port()}/`;
  const result = await load({ url, host: windlass.host('upstream'), connections: 16, folder, seconds, rate });
  if (result.errors > 0) throw new Error(`${result.errors} requests of the others failed`);
  return result.p99;
}

/** An address of this machine that is not loopback. */
function ownAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { address, family, internal } of addresses ?? []) {
      if (!internal && family === 'IPv4') return address;
    }
  }
  throw new Error('the machine has no address besides loopback: nobody else could be simulated');
}
