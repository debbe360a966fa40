/** `errors`: envelopes fully processed per core, what that costs in memory, and questions over a million events. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { answerText, writeUpstream } from './apps/upstream.ts';
import type { Bench, BenchContext } from './bench.ts';
import { runProgram } from './machine/child.ts';
import { cores, pinned } from './machine/pin.ts';
import { coreSeconds, statusBytes } from './machine/proc.ts';
import { load } from './machine/wrk.ts';
import { startWindlass, type Windlass } from './peers/windlass.ts';

const warmUpSeconds = 10;
const seconds = 20;
const connections = 16;
/** Beside what the proxy does, for its p99. */
const besidePerSecond = 100;
const proxiedPerSecond = 2000;
/** An hour's worth, of a budget that holds a fraction of them. */
const floodEvents = 60_000;
const floodBudget = 100_000_000;
const millions = 1_000_000;

export const errors: Bench = {
  name: 'errors',
  summary: 'envelopes of 20-50 kB grouped and stored per core, memory, questions over 1 M events',
  async run(context) {
    const { folder, defer, say } = context;
    const windlass = await startWindlass({ folder, defer, wrap: (argv) => pinned(cores.measured, argv) });
    await windlass.deploy('upstream', await writeUpstream(join(folder, 'upstream')));
    await windlass.control.call('errors.configure', { app: 'upstream', perMinute: 10_000_000 });
    const { dsn } = await windlass.control.call('errors.project', { app: 'upstream' });
    const { username: key, pathname } = new URL(dsn ?? '');
    const id = pathname.split('/').at(-1);
    const url = `http://127.0.0.1:${windlass.port()}/.windlass/api/${id}/envelope/?sentry_key=${key}`;
    const send = async (
      lasting: number,
      perSecond = 0,
    ): Promise<{ accepted: number; refused: number; bytes: number }> =>
      JSON.parse(
        await runProgram(
          pinned(cores.load, [
            process.execPath,
            join(import.meta.dir, 'errors/send.ts'),
            url,
            ...[lasting, connections, perSecond].map(String),
          ]),
        ),
      );

    const p99Alone = await proxied(windlass, context);
    const before = statusBytes(windlass.pid(), 'VmRSS');
    await send(warmUpSeconds);
    const usedBefore = coreSeconds(windlass.pid());
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, statusBytes(windlass.pid(), 'VmRSS'));
    }, 100);
    const sent = await send(seconds);
    clearInterval(watch);
    const used = coreSeconds(windlass.pid()) - usedBefore;
    say(
      `${sent.accepted} envelopes in ${seconds} s on ${used.toFixed(1)} s of a core, ${sent.refused} refused`,
    );
    const { bytes } = await windlass.control.call('errors.project', { app: 'upstream' });
    const { issues } = await windlass.control.call('issues.list', {
      app: 'upstream',
      state: 'all',
      limit: 200,
    });
    const beside = send(12, besidePerSecond);
    const p99Beside = await proxied(windlass, context);
    await beside;

    const filled = join(folder, 'filled');
    await mkdir(filled);
    say(`storing ${millions} events`);
    const asked: { list: number; search: number; bytes: number } = JSON.parse(
      await runProgram([process.execPath, join(import.meta.dir, 'errors/fill.ts'), filled, String(millions)]),
    );
    const flooded = join(folder, 'flooded');
    await mkdir(flooded);
    say(`a flood of ${floodEvents} events into ${floodBudget / 1e6} MB`);
    const flood: { events: number; all: number; sent: number } = JSON.parse(
      await runProgram([
        process.execPath,
        join(import.meta.dir, 'errors/flood.ts'),
        ...[flooded, String(floodEvents), String(floodBudget)],
      ]),
    );
    return {
      figures: [
        { name: 'envelopes per core', value: sent.accepted / used, unit: '/s', bar: 'envelopes per core' },
        { name: 'envelopes', value: sent.accepted / seconds, unit: '/s' },
        { name: 'resident growth', value: (most - before) / 1e6, unit: 'MB', bar: 'memory growth of errors' },
        { name: 'resident at most', value: most / 1e6, unit: 'MB' },
        {
          name: 'stored per event',
          value: bytes / (sent.accepted * (1 + warmUpSeconds / seconds)),
          unit: 'bytes',
        },
        {
          name: 'sent per event',
          value: sent.bytes / Math.max(1, sent.accepted + sent.refused),
          unit: 'bytes',
        },
        { name: 'issue list over 1 M events, p95', value: asked.list, unit: 'ms', bar: 'issue questions' },
        { name: 'search over 1 M events, p95', value: asked.search, unit: 'ms', bar: 'issue questions' },
        { name: 'stored per small event', value: asked.bytes, unit: 'bytes' },
        {
          name: 'events on disk at most in a flood',
          value: flood.events,
          unit: 'of their budget',
          bar: 'budget under a flood of errors',
        },
        { name: 'all of errors on disk at most in a flood', value: flood.all / 1e6, unit: 'MB' },
        { name: `proxy p99 at ${proxiedPerSecond}/s alone`, value: p99Alone, unit: 'ms' },
        { name: `proxy p99 beside ${besidePerSecond} envelopes/s`, value: p99Beside, unit: 'ms' },
      ],
      notes: [
        `one core for the server and one for the sender, ${connections} connections; an envelope is answered when it is grouped, stored and on disk, so there is nothing left to drain`,
        `${sent.refused} refused; ${issues.length} of up to 1000 different bugs shown on the first page`,
      ],
    };
  },
};

async function proxied(windlass: Windlass, { folder }: BenchContext): Promise<number> {
  const url = `http://127.0.0.1:${windlass.port()}/`;
  const host = windlass.host('upstream');
  const answer = await fetch(url, { headers: { host } });
  if ((await answer.text()) !== answerText) throw new Error('the app does not answer');
  const { p99 } = await load({ url, host, connections: 8, folder, seconds: 5, rate: proxiedPerSecond });
  return p99;
}
