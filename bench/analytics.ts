/** `analytics`: events in, kill -9 amid them, pages beside them; questions over 1 M and 10 M events, and their copy. */

import { join } from 'node:path';
import { question } from '../shared/analytics/query.ts';
import type { Bench, BenchContext, Figure } from './bench.ts';
import { cores, pinned } from './machine/pin.ts';
import { load } from './machine/wrk.ts';
import { startWindlass, type Windlass } from './peers/windlass.ts';
import { disagreements } from './visits/disagreements.ts';
import { longestWaitForDisk } from './visits/durability.ts';
import { postEvents } from './visits/post-events.ts';
import { dashboardQuestions } from './visits/questions.ts';
import { type WrittenDays, writeDays } from './visits/write-days.ts';

const app = 'site';
const rounds = 4;
const page = `<!doctype html><title>Site</title>${'<p>A page of some length.</p>'.repeat(40)}`;

export const analytics: Bench = {
  name: 'analytics',
  summary: 'events a second, what a kill loses, pages beside them; questions over 10 M events',
  async run(context) {
    const windlass = await startWindlass({ ...context, wrap: (argv) => pinned(cores.measured, argv) });
    const folder = join(context.folder, 'site');
    await Bun.write(join(folder, 'index.html'), page);
    await windlass.deploy(app, folder);
    const figures: Figure[] = [];
    const notes: string[] = [];
    await measureIntake(context, windlass, figures, notes);
    for (const [name, wanted] of [
      ['1 M', 1e6],
      ['10 M', 1e7],
    ] as const) {
      const other = `shop${wanted}`;
      context.say(`writing ${name} events`);
      const written = writeDays(windlass.data, other, wanted);
      await measureQuestions({ context, windlass, other, name, written, figures, notes });
    }
    return { figures, notes };
  },
};

async function measureIntake(
  context: BenchContext,
  windlass: Windlass,
  figures: Figure[],
  notes: string[],
): Promise<void> {
  const base = { port: windlass.port(), host: windlass.host(app), folder: context.folder };
  const url = `http://127.0.0.1:${base.port}/`;
  const pages = { url, host: base.host, folder: context.folder, seconds: 6, connections: 16, rate: 2000 };
  await postEvents({ ...base, seconds: 2, connections: 64 });
  const alone = await load(pages);
  const [beside] = await Promise.all([
    load(pages),
    postEvents({ ...base, folder: join(context.folder, 'site'), seconds: 7, connections: 16, rate: 1000 }),
  ]);
  const full = await postEvents({ ...base, seconds: 10, connections: 128 });
  figures.push(
    {
      name: 'events ingested, server and Worker on one core',
      value: full.perSecond,
      unit: '/s',
      bar: 'events ingested',
    },
    { name: 'event answered, p99', value: full.p99, unit: 'ms' },
    {
      name: 'event on the disk, longest after its append',
      value: await longestWaitForDisk(context.folder),
      unit: 'ms',
      bar: 'event durable',
    },
    { name: 'page p99 alone, 2,000/s', value: alone.p99, unit: 'ms' },
    { name: 'page p99 beside 1,000 events/s', value: beside.p99, unit: 'ms' },
  );
  if (full.errors > 0) notes.push(`${full.errors} events were answered with an error`);

  // Everything counted up to now is known; then a kill amid a load, and every event with an answer must be there.
  const count = async () => {
    const to = Date.now() + 60_000;
    const asked = question.parse({ range: { from: to - 86_400_000, to }, metrics: ['events'] });
    const { total } = await windlass.control.call('analytics.ask', { app, question: asked });
    return total.values[0] ?? 0;
  };
  const before = await count();
  const killed = new Promise<void>((resolve) => setTimeout(() => void windlass.kill().then(resolve), 1500));
  const acknowledged = await acknowledgedUntilKilled(base, killed);
  await windlass.start();
  const after = await count();
  figures.push({
    name: 'acknowledged events lost on kill -9',
    value: Math.max(0, acknowledged - (after - before)),
    unit: '',
    bar: 'acknowledged writes lost',
  });
  notes.push(
    `${acknowledged} events were acknowledged before the kill, ${after - before} are there after it`,
  );
}

/** Events that were answered with 202 before the server was gone. */
async function acknowledgedUntilKilled(
  base: { port: number; host: string },
  killed: Promise<void>,
): Promise<number> {
  let going = true;
  let acknowledged = 0;
  const over = killed.then(() => {
    going = false;
  });
  const visitor = async (number: number) => {
    for (let turn = 0; going && turn < 100; turn++) {
      const answer = await fetch(`http://127.0.0.1:${base.port}/.windlass/event`, {
        method: 'POST',
        headers: {
          host: base.host,
          'user-agent': `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/${number}.0.0.0 Safari/537.36`,
        },
        body: JSON.stringify({ n: 'pageview', u: `http://${base.host}/killed/${turn}` }),
      }).catch(() => null);
      if (answer?.status === 202) acknowledged += 1;
      if (answer === null) return;
    }
  };
  await Promise.all([over, ...Array.from({ length: 64 }, (_, index) => visitor(200 + index))]);
  return acknowledged;
}

async function measureQuestions({
  context,
  windlass,
  other,
  name,
  written,
  figures,
  notes,
}: {
  context: BenchContext;
  windlass: Windlass;
  other: string;
  name: '1 M' | '10 M';
  written: WrittenDays;
  figures: Figure[];
  notes: string[];
}): Promise<void> {
  const times: { name: string; ms: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const { name: of, ...asked } of dashboardQuestions({ from: written.from, to: written.to })) {
      const began = performance.now();
      await windlass.control.call('analytics.ask', { app: other, question: question.parse(asked) });
      // The first round reads the files into memory, and starts the Worker.
      if (round > 0) times.push({ name: of, ms: performance.now() - began });
    }
  }
  times.sort((a, b) => a.ms - b.ms);
  const at = (share: number) => times[Math.ceil(times.length * share) - 1]?.ms ?? Number.NaN;
  context.say(`${name}: p50 ${Math.round(at(0.5))} ms, p95 ${Math.round(at(0.95))} ms`);
  figures.push(
    { name: `question over ${name} events, p50`, value: at(0.5), unit: 'ms' },
    { name: `question over ${name} events, p95`, value: at(0.95), unit: 'ms', bar: 'dashboard question' },
    { name: `bytes an event, ${name}`, value: written.bytes / written.events, unit: 'B' },
  );
  const slowest = times.at(-1);
  notes.push(
    `${written.events} events; the slowest question was "${slowest?.name}" with ${Math.round(slowest?.ms ?? 0)} ms`,
  );
  if (name === '1 M') {
    const folder = join(windlass.data, 'analytics', `${other}.production`);
    const { compared, differ } = disagreements(folder, written, 1e6);
    figures.push({
      name: 'answers that differ from the reference',
      value: differ,
      unit: '',
      bar: 'answers that differ',
    });
    notes.push(`${compared} answers over 1 M events were compared with the plain reference`);
  }
  if (name === '10 M')
    figures.push({ name: 'copying 10 M events', value: await copyAll(windlass, other), unit: 's' });
}

/** As a desktop does that has nothing yet. */
async function copyAll(windlass: Windlass, app: string): Promise<number> {
  const began = performance.now();
  const { partitions } = await windlass.control.call('analytics.status', { app });
  for (const { day, version } of partitions) {
    const pieces: Buffer[] = [];
    const { sha256 } = await windlass.control.stream(
      'analytics.partition',
      { app, day, version },
      ({ piece }) => pieces.push(Buffer.from(piece, 'base64')),
    );
    const bytes = Bun.gunzipSync(Buffer.concat(pieces));
    if (new Bun.CryptoHasher('sha256').update(bytes).digest('hex') !== sha256)
      throw new Error('a day arrived damaged');
  }
  return (performance.now() - began) / 1000;
}
