/** Memory the gateway takes for many open streams, and over many calls. */

import type { BenchContext, Outcome } from '../bench.ts';
import { statusBytes } from '../machine/proc.ts';
import { load } from '../machine/wrk.ts';
import { aim, type Contender, type Contenders, connections, streamed } from './contenders.ts';

const streams = 1000;
/** As many as take a minute or two; `flat` is what they add. */
const manyCalls = 1_000_000;

export async function measureStreams({ say }: BenchContext, { own, pid }: Contenders): Promise<Outcome> {
  await Bun.sleep(3000);
  const before = statusBytes(pid(), 'VmRSS');
  const open = await Promise.all(Array.from({ length: streams }, () => openStream(own)));
  const value = (statusBytes(pid(), 'VmRSS') - before) / 1e6;
  for (const { stop } of open) stop();
  say(`${streams} open streams: ${value.toFixed(1)} MB`);
  return {
    figures: [{ name: `${streams} open streams`, value, unit: 'MB', bar: 'memory of 1,000 AI streams' }],
    notes: [],
  };
}

export async function measureGrowth(
  { say, folder }: BenchContext,
  { own, pid }: Contenders,
): Promise<Outcome> {
  const batch = async () => {
    let done = 0;
    while (done < manyCalls / 2) {
      done += (await load({ ...aim(folder, own), seconds: 10, connections })).requests;
      say(`${done} calls: ${(statusBytes(pid(), 'RssAnon') / 1e6).toFixed(1)} MB`);
    }
    await Bun.sleep(3000);
    return { done, bytes: statusBytes(pid(), 'RssAnon') };
  };
  const half = await batch();
  const all = await batch();
  const value = (all.bytes - half.bytes) / 1e6;
  say(`${half.done + all.done} calls: ${value.toFixed(1)} MB between the first half and the second`);
  return {
    figures: [
      {
        name: 'growth over the second half of the calls',
        value,
        unit: 'MB',
        bar: 'memory growth over AI calls',
      },
    ],
    notes: [
      `${half.done + all.done} calls in all for the growth, of anonymous memory: pages of the file come and go`,
    ],
  };
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
