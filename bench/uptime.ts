/** `uptime`: 2,000 HTTP checks every 30 s, and how fast a page shows a year of 200 checks that ran every minute. */

import { join } from 'node:path';
import { openHistory } from '../server/uptime/history-store.ts';
import { addTo, count, emptyRollup, type Rollup } from '../server/uptime/rollup.ts';
import { type CheckSettings, checkSettings } from '../shared/uptime/check.ts';
import type { Bench, BenchContext } from './bench.ts';
import { coreSeconds, statusBytes } from './machine/proc.ts';
import { load } from './machine/wrk.ts';
import { median } from './median.ts';
import { startWindlass, type Windlass } from './peers/windlass.ts';

const amount = 2000;
const everySeconds = 30;
const warmUpMs = 65_000;
const measuredMs = 90_000;
const listed = 200;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

export const uptime: Bench = {
  name: 'uptime',
  summary: '2,000 HTTP checks every 30 s, and a year of 200 checks on one page',
  async run(context) {
    const windlass = await startWindlass(context);
    const load = await underLoad(context, windlass);
    const page = await yearPage(context, windlass);
    const status = await statusPage(context, windlass);
    return {
      figures: [
        { name: 'core', value: load.core, unit: '%', bar: 'core of 2,000 checks' },
        { name: 'memory on top', value: load.memory, unit: 'MB', bar: 'memory of 2,000 checks' },
        { name: 'latest check', value: load.late, unit: 'ms', bar: 'lateness of a check' },
        { name: 'page, a year of 200', value: page, unit: 'ms', bar: 'page of a year of 200 checks' },
        { name: 'status page', value: status.perSecond, unit: 'req/s', bar: 'requests of a status page' },
        { name: 'status page p99', value: status.p99, unit: 'ms' },
      ],
      notes: [
        `${load.seen} requests reached the other side in ${measuredMs / 1000} s; lateness is what two of one check lay apart over ${everySeconds} s`,
        'memory is the mean of two samples a second, at rest and under the checks',
        `the page is the list, and uptime with 52 weekly beats of each, through the control socket; median of 15`,
      ],
    };
  },
};

async function underLoad(context: BenchContext, windlass: Windlass) {
  const arrivals = new Map<string, number[]>();
  const other = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const path = request.url.slice(request.url.lastIndexOf('/'));
      arrivals.get(path)?.push(performance.now());
      return new Response('ok');
    },
  });
  context.defer(async () => other.stop(true));
  await Bun.sleep(20_000);
  const before = await costOver(windlass, 20_000);
  context.say(`at rest: ${(before.memory / 1e6).toFixed(1)} MB; adding ${amount} checks`);
  for (let index = 0; index < amount; index++) {
    arrivals.set(`/c${index}`, []);
    await windlass.control.call(
      'checks.add',
      settings(`c${index}`, `http://127.0.0.1:${other.port}/c${index}`),
    );
  }
  context.say(`waiting ${warmUpMs / 1000} s, then measuring for ${measuredMs / 1000} s`);
  await Bun.sleep(warmUpMs);
  for (const times of arrivals.values()) times.splice(0, times.length - 1);
  const { core, memory } = await costOver(windlass, measuredMs);
  let late = 0;
  let seen = 0;
  for (const [path, times] of arrivals) {
    seen += times.length;
    // Two of three intervals must have come, or nothing was measured.
    if (times.length < 3) throw new Error(`${path} was asked only ${times.length} times`);
    for (let index = 1; index < times.length; index++) {
      late = Math.max(late, (times[index] ?? 0) - (times[index - 1] ?? 0) - everySeconds * 1000);
    }
  }
  return { core: core - before.core, memory: (memory - before.memory) / 1e6, late, seen };
}

async function yearPage(context: BenchContext, windlass: Windlass): Promise<number> {
  const { checks } = await windlass.control.call('checks.list', {});
  const ids = checks.map((check) => check.id).slice(0, listed);
  for (const { id } of checks.slice(listed)) await windlass.control.call('checks.remove', { id });
  for (const check of checks.slice(0, listed)) {
    await windlass.control.call('checks.set', { ...check, paused: true });
  }
  await windlass.halt();
  context.say(`writing a year of ${listed} checks, one result a minute`);
  const history = openHistory(join(windlass.data, 'uptime', 'rollups.db'));
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  for (const check of ids) {
    const days = new Map<number, Rollup>();
    const hours = new Map<number, Rollup>();
    for (let day = today - 364 * dayMs; day <= today; day += dayMs) {
      const sum = emptyRollup();
      for (let hour = day; hour < day + dayMs; hour += hourMs) {
        const one = hourOf(check, hour);
        addTo(sum, one);
        // As long as the server itself keeps hours.
        if (hour > today - 100 * dayMs) hours.set(hour, one);
      }
      days.set(day, sum);
    }
    history.fold([{ check, through: today, days, hours }]);
  }
  history.close();
  await windlass.start();
  const times: number[] = [];
  for (let turn = 0; turn < 15; turn++) {
    const from = performance.now();
    await windlass.control.call('checks.list', {});
    const { beats } = await windlass.control.call('checks.beats', { ids, span: '1y' });
    times.push(performance.now() - from);
    const whole = beats.filter((each) => each.uptime !== null && each.beats.length === 52);
    if (whole.length !== listed)
      throw new Error(`the page shows ${whole.length} checks instead of ${listed}`);
  }
  return median(times);
}

/** 60 results that differ by check and hour, the same in every run. */
function hourOf(check: number, hour: number): Rollup {
  const rollup = emptyRollup();
  let seed = (check * 2_654_435_761 + hour / hourMs) >>> 0;
  for (let minute = 0; minute < 60; minute++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    count(rollup, seed % 1000 !== 0, 20 + (seed % 400));
  }
  return rollup;
}

/** A page of 20 components with 90 days each, as fast as it goes, while nothing is checked. */
async function statusPage(context: BenchContext, windlass: Windlass) {
  const { checks } = await windlass.control.call('checks.list', {});
  const components = checks.slice(0, 20).map(({ id, name }) => ({ name, group: '', checks: [id] }));
  const page = {
    id: 0,
    slug: 'bench',
    title: 'Bench',
    about: '',
    host: null,
    address: null,
    components,
    subscribe: false,
  };
  await windlass.control.call('status.set', { page });
  const url = `http://127.0.0.1:${windlass.port()}/.windlass/status/bench/`;
  const result = await load({
    url,
    host: 'any.localhost',
    seconds: 10,
    connections: 50,
    folder: context.folder,
  });
  if (result.errors > 0) throw new Error(`${result.errors} requests of the status page failed`);
  return result;
}

/** Percent of a core, and bytes resident on average: pages of the program come and go, so one moment says little. */
async function costOver(windlass: Windlass, ms: number): Promise<{ core: number; memory: number }> {
  const before = coreSeconds(windlass.pid());
  const from = performance.now();
  let sum = 0;
  let samples = 0;
  while (performance.now() - from < ms) {
    sum += statusBytes(windlass.pid(), 'VmRSS');
    samples++;
    await Bun.sleep(500);
  }
  const used = coreSeconds(windlass.pid()) - before;
  return { core: (100_000 * used) / (performance.now() - from), memory: sum / samples };
}

function settings(name: string, url: string): CheckSettings {
  return checkSettings.parse({ name, target: { kind: 'http', url }, everySeconds, allowPrivate: true });
}
