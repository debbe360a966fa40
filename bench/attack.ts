/** `attack`: what other clients notice while slowhttptest and h2load hold connections, trickle and flood. */

import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { writeUpstream } from './apps/upstream.ts';
import type { Bench, BenchContext, Figure } from './bench.ts';
import { type Child, startChild } from './machine/child.ts';
import { cores, pinned } from './machine/pin.ts';
import { coreSeconds, statusBytes } from './machine/proc.ts';
import { program } from './machine/program.ts';
import { load } from './machine/wrk.ts';
import { median } from './median.ts';
import { startWindlass, type Windlass } from './peers/windlass.ts';
import { until } from './until.ts';

/** Requests a second of the clients that mean no harm. */
const rate = 1_500;
const rounds = 5;
const peaceSeconds = 2;
/** Just below what one client may hold: whoever is turned away makes slowhttptest spin and take the core of the others. */
const attackers = 2_000;

interface Attack {
  name: string;
  argv: readonly string[];
  /** `holds`: the others are watched once all that it may hold is held. `passes`: it holds nothing, and they are watched from its begin. */
  kind: 'holds' | 'passes';
  /** How long the others are watched. */
  seconds: number;
}

export const attack: Bench = {
  name: 'attack',
  summary: "other clients' p99 and the server's memory under slow and many clients",
  async run(context) {
    const { folder, defer, say, only = '' } = context;
    const wrap = (argv: readonly string[]) => pinned(cores.measured, argv);
    const windlass = await startWindlass({ folder, defer, wrap });
    await windlass.deploy('upstream', await writeUpstream(join(folder, 'upstream')));
    // An attacker is another client than the others: from another address, under a host of its own.
    const address = ownAddress();
    await windlass.control.call('domains.add', { app: 'upstream', environment: 'production', host: address });
    const secure = await windlass.securePort();
    const all = attacks(`http://${address}:${windlass.port()}`, `https://${address}:${secure}`).filter(
      ({ name }) => name.includes(only),
    );
    if (all.length === 0) throw new Error(`no attack has "${only}" in its name`);
    for (let warmUp = 0; warmUp < 4; warmUp++) await p99(windlass, folder, peaceSeconds);
    const memory = statusBytes(windlass.pid(), 'VmRSS');
    const peace: number[] = [];
    const during = new Map<string, number[]>();
    // What meets an attack for the first time is code that never ran: its translation is not what is measured.
    for (const each of all) await under(context, each, windlass);
    for (let round = 1; round <= rounds; round++) {
      for (const each of all) {
        const before = await p99(windlass, folder, peaceSeconds);
        const found = await under(context, each, windlass);
        peace.push(before);
        during.set(each.name, [...(during.get(each.name) ?? []), found.p99]);
        say(
          `round ${round}: ${each.name}: p99 ${before.toFixed(2)} ms in peace, ${found.p99.toFixed(2)} ms under it, ${found.held} held, server ${Math.round(found.busy * 100)} % of its core`,
        );
      }
    }
    const grown = (statusBytes(windlass.pid(), 'VmRSS') - memory) / 1e6;
    const { reasons } = await windlass.control.call('requests.refused', {});
    const figures = all.map(({ name }): Figure => {
      const value = median(during.get(name) ?? []) / median(peace);
      return { name: `p99 under ${name}`, value, unit: 'x', bar: "others' p99 under attack" };
    });
    return {
      figures: [
        { name: 'p99 in peace', value: median(peace), unit: 'ms' },
        ...figures,
        { name: 'memory grown by', value: grown, unit: 'MB' },
      ],
      notes: [
        `medians of ${rounds} rounds after one that is not counted, each attack after ${peaceSeconds} s of peace; others: ${rate} requests/s over 16 connections`,
        `attackers: up to ${attackers} connections from one other address, on the core of the others but giving way to them`,
        `turned away: ${reasons.map(({ reason, count }) => `${reason} ${count}`).join(', ') || 'nobody'}`,
      ],
    };
  },
};

function attacks(url: string, secureUrl: string): readonly Attack[] {
  const slow = (kind: Attack['kind'], name: string, seconds: number, ...flags: string[]): Attack => ({
    name,
    kind,
    seconds,
    argv: [
      program('slowhttptest'),
      ...flags,
      '-c',
      String(attackers),
      '-r',
      kind === 'holds' ? '1000' : '250',
      '-l',
      '60',
      '-p',
      '60',
      '-v',
      '0',
    ],
  });
  const flood = [program('h2load'), '-t', '1', '-D', '60'];
  return [
    // Long enough to see all of them meet their deadline.
    slow('holds', 'slow headers', 12, '-H', '-i', '3', '-x', '20', '-u', `${url}/`),
    // The app does not wait for bodies: its answer ends each.
    slow('passes', 'slow bodies', 6, '-B', '-i', '3', '-s', '8192', '-x', '20', '-u', `${url}/`),
    slow('passes', 'ranges', 6, '-R', '-u', `${url}/`),
    slow(
      'holds',
      'slow readers',
      4,
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
      name: 'a flood of h2load over h1',
      kind: 'holds',
      seconds: 4,
      argv: [...flood, '--h1', '-c', '500', '--rps', '4', `${url}/`],
    },
    {
      name: 'a flood of h2load over h2',
      kind: 'holds',
      seconds: 4,
      argv: [...flood, '-c', '100', '-m', '10', '--rps', '20', `${secureUrl}/`],
    },
  ];
}

async function under(
  { folder, defer }: BenchContext,
  { name, kind, argv, seconds }: Attack,
  windlass: Windlass,
): Promise<{ p99: number; held: number; busy: number }> {
  const log = join(folder, `${name.replaceAll(' ', '-')}.log`);
  const child = startChild(pinned(cores.load, givingWay(argv)), { log, defer });
  const held = kind === 'holds' ? await height(child, windlass) : 0;
  const used = coreSeconds(windlass.pid());
  const during = await p99(windlass, folder, seconds);
  const busy = (coreSeconds(windlass.pid()) - used) / seconds;
  if (kind === 'passes' && child.ended() !== null) throw new Error(`${name} ended before it was measured`);
  await child.kill();
  await until('the attackers are gone', async () => {
    const { connections } = await windlass.control.call('requests.refused', {});
    return connections < 50 ? true : null;
  });
  return { p99: during, held, busy };
}

/** The connections it holds once they grow no more. */
async function height(child: Child, windlass: Windlass): Promise<number> {
  let before = -1;
  return await until(
    'the attack is at its height',
    async () => {
      const { connections } = await windlass.control.call('requests.refused', {});
      const still = connections >= 20 && connections <= before;
      before = connections;
      return still || child.ended() !== null ? connections : null;
    },
    { everyMs: 1_000, withinMs: 30_000 },
  );
}

/**
 * Attackers bring machines of their own. Here they share a core with the others, and what would be measured is how long the
 * others wait for it.
 */
function givingWay(argv: readonly string[]): string[] {
  return [program('chrt'), '--idle', '0', ...argv];
}

/**
 * So do the others. The app is on their core too and works for the attackers: a flood sent to the app itself, past any
 * proxy, made them three to five times slower, as they waited for the core. Their requests still wait for the app.
 */
function aheadOfAll(argv: readonly string[]): string[] {
  return [program('chrt'), '--rr', '1', ...argv];
}

async function p99(windlass: Windlass, folder: string, seconds: number): Promise<number> {
  const url = `http://127.0.0.1:${windlass.port()}/`;
  const result = await load({
    url,
    host: windlass.host('upstream'),
    connections: 16,
    folder,
    seconds,
    rate,
    wrap: aheadOfAll,
  });
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
