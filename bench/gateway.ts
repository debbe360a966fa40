/** `gateway`: calls of models through the AI gateway, against the provider itself and against Portkey's gateway. */

import { join } from 'node:path';
import type { Bench, BenchContext } from './bench.ts';
import { startChild } from './machine/child.ts';
import { cores, pinned } from './machine/pin.ts';
import { coreSeconds, family, statusBytes } from './machine/proc.ts';
import { type Load, load } from './machine/wrk.ts';
import { median } from './median.ts';
import { startPortkey } from './peers/portkey.ts';
import { startWindlass } from './peers/windlass.ts';
import { until } from './until.ts';

const rounds = 5;
const seconds = 4;
const warmUpSeconds = 12;
const connections = 32;
const streams = 1000;
const firstTokens = 300;
/** As many as take a minute or two; `flat` is what they add. */
const manyCalls = 1_000_000;

const question = JSON.stringify({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Say hello.' }],
});
const streamed = (words: string) =>
  JSON.stringify({ model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: words }] });

interface Contender {
  name: string;
  url: string;
  headers: Record<string, string>;
  pids(): number[];
}

export const gateway: Bench = {
  name: 'gateway',
  summary:
    'AI calls per core against Portkey, overhead, first token, open streams, memory over a million calls',
  async run(context) {
    const { say, folder } = context;
    const { provider, own, portkey, pid } = await startContenders(context);
    const direct: Contender = { name: 'the provider', url: `${provider}/v1`, headers: {}, pids: () => [] };
    const aim = (to: Contender): Omit<Load, 'seconds' | 'connections'> => ({
      url: `${to.url}/chat/completions`,
      host: '127.0.0.1',
      folder,
      post: { body: question, headers: { 'content-type': 'application/json', ...to.headers } },
    });
    for (const each of [own, portkey]) await load({ ...aim(each), seconds: warmUpSeconds, connections });

    const perCore = new Map<string, number[]>([own, portkey].map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const each of round % 2 === 0 ? [own, portkey] : [portkey, own]) {
        const before = used(each);
        const { requests, errors } = await load({ ...aim(each), seconds, connections });
        if (errors > 0) throw new Error(`${each.name} answered ${errors} calls badly`);
        const rate = requests / (used(each) - before);
        perCore.get(each.name)?.push(rate);
        say(`round ${round + 1}: ${each.name} ${Math.round(rate)} calls for each second on the core`);
      }
    }

    const overheads: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [alone, through] = [
        await load({ ...aim(direct), seconds: 2, connections: 1 }),
        await load({ ...aim(own), seconds: 2, connections: 1 }),
      ];
      overheads.push(through.p50 - alone.p50);
    }
    say(`p50 of one call after another: ${median(overheads).toFixed(3)} ms on top`);

    const waits = { direct: [] as number[], through: [] as number[] };
    for (let each = 0; each < firstTokens; each++) {
      waits.direct.push(await firstToken(direct));
      waits.through.push(await firstToken(own));
    }
    const first = median(waits.through) - median(waits.direct);
    say(`first token: ${first.toFixed(3)} ms on top`);

    await Bun.sleep(3000);
    const before = statusBytes(pid(), 'VmRSS');
    const open = await Promise.all(Array.from({ length: streams }, () => openStream(own)));
    const peak = statusBytes(pid(), 'VmRSS') - before;
    say(`${streams} open streams: ${(peak / 1e6).toFixed(1)} MB`);
    for (const { stop } of open) stop();

    const batch = async () => {
      let done = 0;
      while (done < manyCalls / 2) done += (await load({ ...aim(own), seconds: 10, connections })).requests;
      await Bun.sleep(3000);
      return { done, bytes: statusBytes(pid(), 'RssAnon') };
    };
    const half = await batch();
    const all = await batch();
    const flat = (all.bytes - half.bytes) / 1e6;
    say(`${half.done + all.done} calls: ${flat.toFixed(1)} MB between the first half and the second`);

    const rate = (name: string) => median(perCore.get(name) ?? []);
    return {
      figures: [
        {
          name: 'against Portkey',
          value: rate(own.name) / rate(portkey.name),
          unit: 'x',
          bar: 'AI calls per core against Portkey',
        },
        { name: 'a call, p50 on top', value: median(overheads), unit: 'ms', bar: 'AI call overhead' },
        { name: 'first token, p50 on top', value: first, unit: 'ms', bar: 'AI first token overhead' },
        { name: `${streams} open streams`, value: peak / 1e6, unit: 'MB', bar: 'memory of 1,000 AI streams' },
        {
          name: 'growth over the second half of the calls',
          value: flat,
          unit: 'MB',
          bar: 'memory growth over AI calls',
        },
        { name: `${own.name} calls per core`, value: rate(own.name), unit: '/s' },
        { name: `${portkey.name} calls per core`, value: rate(portkey.name), unit: '/s' },
      ],
      notes: [
        `${rounds} rounds of ${seconds} s, ${connections} kept connections, medians, after ${warmUpSeconds} s of warming up each; every call of ours is in the ledger`,
        `against: calls for each second spent on the core; ${half.done + all.done} calls in all for the growth, of anonymous memory: pages of the file come and go`,
      ],
    };
  },
};

async function startContenders({ folder, defer }: BenchContext) {
  const wrap = (argv: readonly string[]) => pinned(cores.measured, argv);
  const log = join(folder, 'provider.log');
  const entry = new URL('./apps/ai-provider.ts', import.meta.url).pathname;
  startChild(pinned(cores.load, [process.execPath, entry]), { log, defer });
  const port = await until('the provider listens', async () => {
    const text = await Bun.file(log)
      .text()
      .catch(() => '');
    return /^port (\d+)$/m.exec(text)?.[1] ?? null;
  });
  const provider = `http://127.0.0.1:${port}`;
  const windlass = await startWindlass({ folder, defer, wrap });
  const { control } = windlass;
  await control.call('aiProviders.set', {
    name: 'bench',
    kind: 'openai',
    baseUrl: `${provider}/v1`,
    secrets: ['sk-bench'],
    private: true,
    models: [],
  });
  const { secret } = await control.call('aiKeys.create', { app: null, environment: null, limits: {} });
  const { url } = await control.call('aiSettings.get', {});
  if (url === null) throw new Error('the gateway does not listen');
  const own: Contender = {
    name: 'Windlass',
    url,
    headers: { authorization: `Bearer ${secret}` },
    pids: () => [windlass.pid()],
  };
  const peer = await startPortkey({ folder, defer, wrap });
  const portkey: Contender = {
    name: 'Portkey',
    url: `http://127.0.0.1:${peer.port}/v1`,
    headers: { authorization: 'Bearer sk-bench', ...peer.headers(provider) },
    pids: () => family(peer.pid),
  };
  return { provider, own, portkey, pid: windlass.pid };
}

function used(contender: Contender): number {
  return contender.pids().reduce((sum, each) => sum + coreSeconds(each), 0);
}

/** ms until the first bytes of a stream's body. */
async function firstToken(to: Contender): Promise<number> {
  const from = performance.now();
  const answer = await ask(to, 'Say hello.');
  const reader = answer.body?.getReader();
  await reader?.read();
  const ms = performance.now() - from;
  while ((await reader?.read())?.done === false);
  return ms;
}

/** Resolves when its first event is here; it goes on until it is stopped. Plain sockets, for `fetch` opens 256 at most. */
async function openStream(to: Contender): Promise<{ stop(): void }> {
  const { hostname, port, pathname } = new URL(`${to.url}/chat/completions`);
  const body = streamed('Go on for ever.');
  const headers = Object.entries({ ...to.headers, host: hostname, 'content-length': String(body.length) });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const { promise, resolve } = Promise.withResolvers<void>();
  let seen = '';
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_socket, bytes) {
        seen += bytes.toString('latin1');
        if (seen.includes('data: ')) resolve();
      },
    },
  });
  socket.write(`POST ${pathname} HTTP/1.1\r\n${head}\r\n${body}`);
  await promise;
  return { stop: () => socket.terminate() };
}

async function ask(to: Contender, words: string): Promise<Response> {
  const answer = await fetch(`${to.url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...to.headers },
    body: streamed(words),
  });
  if (answer.status !== 200) throw new Error(`${to.name} answered ${answer.status}`);
  return answer;
}
