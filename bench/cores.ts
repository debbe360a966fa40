/** `cores`: what a second core gives: requests by the server alone and with a forwarder beside it, in turn before one app. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { answerText, writeUpstream } from './apps/upstream.ts';
import type { Bench, BenchContext } from './bench.ts';
import { type SecureLoad, secureLoad } from './machine/h2load.ts';
import { commandOf, coreSeconds, family, statusBytes } from './machine/proc.ts';
import { load } from './machine/wrk.ts';
import { median } from './median.ts';
import { startWindlass } from './peers/windlass.ts';
import { until } from './until.ts';

const rounds = 3;
const seconds = 3;
const host = 'localhost';

type Kind = 'plain' | 'kept' | 'new' | 'h2';
const kinds: readonly Kind[] = ['plain', 'kept', 'new', 'h2'];

/** As in `tls`; 'plain' is wrk's, by time. */
const loads: Record<Exclude<Kind, 'plain'>, Omit<SecureLoad, 'port'>> = {
  kept: { protocol: 'http/1.1', connections: 64, streams: 1, requests: 60_000 },
  new: { protocol: 'http/1.1', connections: 48, streams: 1, requests: 48 },
  h2: { protocol: 'h2', connections: 32, streams: 8, requests: 40_000 },
};
const bursts = { kept: 1, new: 60, h2: 1 } as const;

interface Contender {
  readonly forwarders: number;
  readonly main: number;
  readonly others: number[];
  readonly port: number;
  readonly securePort: number;
}

interface Round {
  perSecond: number;
  /** Processor time of a request, in the server itself and in its forwarder, microseconds. */
  main: number;
  forwarder: number;
}

export const cores: Bench = {
  name: 'cores',
  summary: 'requests with a forwarder on a second core and without, and what one costs in processor time',
  async run(context) {
    const contenders = [await start(context, 0), await start(context, 1)];
    const found = new Map<string, Round[]>();
    for (const each of contenders) for (const kind of kinds) await measure(each, kind, context.folder);
    for (let round = 0; round < rounds; round++) {
      for (const kind of kinds) {
        for (const each of round % 2 === 0 ? contenders : contenders.toReversed()) {
          const seen = await measure(each, kind, context.folder);
          const key = `${kind} ${each.forwarders}`;
          found.set(key, [...(found.get(key) ?? []), seen]);
          context.say(`round ${round + 1}: ${kind}, ${each.forwarders} forwarders: ${lineOf(seen)}`);
        }
      }
    }
    const middle = (kind: Kind, forwarders: number, what: keyof Round) =>
      median((found.get(`${kind} ${forwarders}`) ?? []).map((round) => round[what]));
    const [, spread] = contenders;
    return {
      figures: [
        ...kinds.flatMap((kind) => [
          { name: `${kind}, one core`, value: middle(kind, 0, 'perSecond'), unit: '/s' },
          { name: `${kind}, two cores`, value: middle(kind, 1, 'perSecond'), unit: '/s' },
          { name: `${kind}, a request alone`, value: middle(kind, 0, 'main'), unit: 'us' },
          { name: `${kind}, of the server beside a forwarder`, value: middle(kind, 1, 'main'), unit: 'us' },
          { name: `${kind}, of the forwarder`, value: middle(kind, 1, 'forwarder'), unit: 'us' },
        ]),
        ...(spread?.others ?? []).map((pid) => ({
          name: 'memory of the forwarder',
          value: statusBytes(pid, 'VmRSS') / 1e6,
          unit: 'MB',
        })),
      ],
      notes: [
        `${rounds} rounds, medians; access logs on; plain and kept: HTTP/1.1 on kept connections without and with TLS; new: a full handshake for each request; h2: 32 connections with 8 streams each`,
        'on two cores the load and the app share one with the forwarder: the times per request say more than the sums per second',
      ],
    };
  },
};

async function measure(contender: Contender, kind: Kind, folder: string): Promise<Round> {
  const used = (pids: readonly number[]) => pids.reduce((sum, pid) => sum + coreSeconds(pid), 0);
  const before = { main: used([contender.main]), forwarder: used(contender.others), at: performance.now() };
  const requests = await (kind === 'plain' ? plainLoad(contender, folder) : tlsLoad(contender, kind));
  const perRequest = (from: number, to: number) => ((to - from) * 1e6) / requests;
  return {
    perSecond: requests / ((performance.now() - before.at) / 1000),
    main: perRequest(before.main, used([contender.main])),
    forwarder: perRequest(before.forwarder, used(contender.others)),
  };
}

async function plainLoad({ port }: Contender, folder: string): Promise<number> {
  const { requests, errors } = await load({
    url: `http://127.0.0.1:${port}/`,
    host,
    connections: 64,
    seconds,
    folder,
  });
  if (errors > 0) throw new Error(`${errors} requests were answered badly`);
  return requests;
}

async function tlsLoad({ securePort }: Contender, kind: Exclude<Kind, 'plain'>): Promise<number> {
  for (let burst = 0; burst < bursts[kind]; burst++) {
    const { failed } = await secureLoad({ ...loads[kind], port: securePort });
    if (failed > 0) throw new Error(`${failed} requests were answered badly`);
  }
  return bursts[kind] * loads[kind].requests;
}

async function start({ folder, defer }: BenchContext, forwarders: number): Promise<Contender> {
  const own = join(folder, String(forwarders));
  await mkdir(own);
  const windlass = await startWindlass({ folder: own, defer, forwarders });
  await windlass.deploy('upstream', await writeUpstream(join(own, 'upstream')));
  await windlass.control.call('domains.add', { app: 'upstream', environment: 'production', host });
  await windlass.control.call('certificates.rules', { host, https: 'never' });
  await until('all its processes forward', async () =>
    (await windlass.control.call('server.info', {})).cores === forwarders + 1 ? true : null,
  );
  const response = await fetch(`http://127.0.0.1:${windlass.port()}/`, { headers: { host } });
  if ((await response.text()) !== answerText) throw new Error(`the app answered ${response.status}`);
  const main = windlass.pid();
  return {
    forwarders,
    main,
    others: family(main).filter((pid) => commandOf(pid).endsWith('\0forward\0')),
    port: windlass.port(),
    securePort: await windlass.securePort(),
  };
}

function lineOf({ perSecond, main, forwarder }: Round): string {
  return `${Math.round(perSecond)} /s, ${main.toFixed(1)} us in the server, ${forwarder.toFixed(1)} us in the forwarder`;
}
