/** `tls`: small answers over TLS, on kept connections, on new ones and by HTTP/2; Windlass, nginx and Caddy in turn. */

import { join } from 'node:path';
import { answerText, writeUpstream } from './apps/upstream.ts';
import type { BarName } from './bar.ts';
import type { Bench, BenchContext, Figure } from './bench.ts';
import { runProgram } from './machine/child.ts';
import { type SecureLoad, secureLoad } from './machine/h2load.ts';
import { cores, pinned } from './machine/pin.ts';
import { freePort } from './machine/port.ts';
import { coreSeconds, family } from './machine/proc.ts';
import { median } from './median.ts';
import { startCaddy } from './peers/caddy.ts';
import { startNginx } from './peers/nginx.ts';
import { startWindlass } from './peers/windlass.ts';

const rounds = 3;
/** A server runs for weeks: what counts is the steady state, and ours compiles itself as it is used. */
const warmUps: Record<Kind, number> = { kept: 3, new: 8, h2: 3 };

interface Contender {
  name: string;
  port: number;
  pids(): number[];
}

type Kind = 'kept' | 'new' | 'h2';

/** Each takes a second or two of the core. */
const loads: Record<Kind, Omit<SecureLoad, 'port'>> = {
  kept: { protocol: 'http/1.1', connections: 32, streams: 1, requests: 40_000 },
  // A connection for each request. No more at once than every proxy keeps connections to the app, so that the handshake is
  // what is measured.
  new: { protocol: 'http/1.1', connections: 48, streams: 1, requests: 48 },
  h2: { protocol: 'h2', connections: 16, streams: 16, requests: 40_000 },
};
const allKinds = Object.keys(loads) as Kind[];
const titles: Record<Kind, string> = { kept: 'kept connections', new: 'new connections', h2: 'h2' };
const bars: Record<Kind, BarName> = {
  kept: 'TLS requests per core against Caddy',
  new: 'TLS connections per core against Caddy',
  h2: 'h2 requests per core against Caddy',
};
const bursts: Record<Kind, number> = { kept: 1, new: 40, h2: 1 };

export const tls: Bench = {
  name: 'tls',
  summary: 'requests and handshakes per core over TLS, HTTP/1.1 and HTTP/2, against nginx and Caddy',
  async run(context) {
    const kinds = allKinds.filter((kind) => kind.includes(context.only ?? ''));
    if (kinds.length === 0) throw new Error(`only ${allKinds.join(', ')} are measured`);
    const contenders = await startContenders(context);
    await Promise.all(contenders.map(mustAnswer));
    const found = new Map<string, number[]>();
    const key = (name: string, kind: Kind) => `${name} ${kind}`;
    for (const each of contenders) {
      for (const kind of kinds) for (let time = 0; time < warmUps[kind]; time++) await measure(each, kind);
    }
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < contenders.length; turn++) {
        const each = contenders[(turn + round) % contenders.length];
        if (each === undefined) continue;
        for (const kind of kinds) {
          const perCore = await measure(each, kind);
          found.set(key(each.name, kind), [...(found.get(key(each.name, kind)) ?? []), perCore]);
          context.say(`round ${round + 1}: ${each.name} ${kind} ${Math.round(perCore)} per core second`);
        }
      }
    }
    const middle = (name: string, kind: Kind) => median(found.get(key(name, kind)) ?? []);
    const against = (name: string, kind: Kind) => middle('Windlass', kind) / middle(name, kind);
    return {
      figures: [
        ...kinds.map(
          (kind): Figure => ({
            name: `${titles[kind]} against Caddy`,
            value: against('Caddy', kind),
            unit: 'x',
            bar: bars[kind],
          }),
        ),
        ...kinds.map((kind) => ({ name: `${kind} against nginx`, value: against('nginx', kind), unit: 'x' })),
        ...contenders.flatMap(({ name }) =>
          kinds.map((kind) => ({ name: `${name}, ${kind}`, value: middle(name, kind), unit: '/s' })),
        ),
      ],
      notes: [
        `${rounds} rounds, medians, for each second spent on the core; TLS 1.3, an ECDSA P-256 certificate, access logs on`,
        'kept: 32 connections of HTTP/1.1; new: a full handshake for each request; h2: 16 connections with 16 streams each',
      ],
    };
  },
};

/** Requests for each second the contender spent on its core. */
async function measure(contender: Contender, kind: Kind): Promise<number> {
  const used = () => contender.pids().reduce((sum, pid) => sum + coreSeconds(pid), 0);
  const before = used();
  let requests = 0;
  for (let burst = 0; burst < bursts[kind]; burst++) {
    const { failed } = await secureLoad({ ...loads[kind], port: contender.port });
    if (failed > 0) throw new Error(`${contender.name} answered ${failed} requests badly`);
    requests += loads[kind].requests;
  }
  return requests / (used() - before);
}

async function startContenders({ folder, defer }: BenchContext): Promise<Contender[]> {
  const wrap = (argv: readonly string[]) => pinned(cores.measured, argv);
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await runProgram(
    ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'].concat(
      ['-keyout', tls.key, '-out', tls.cert, '-days', '30', '-subj', '/CN=localhost'],
      ['-addext', 'subjectAltName=DNS:localhost'],
    ),
  );
  const windlass = await startWindlass({ folder, defer, wrap });
  await windlass.deploy('upstream', await writeUpstream(join(folder, 'upstream')));
  const { control } = windlass;
  await control.call('domains.add', { app: 'upstream', environment: 'production', host: 'localhost' });
  await control.call('certificates.upload', {
    chain: await Bun.file(tls.cert).text(),
    key: await Bun.file(tls.key).text(),
  });
  const app = await control.call('apps.get', { app: 'upstream' });
  const upstream = app.environments[0]?.instances[0]?.address;
  if (upstream == null) throw new Error('the app has no address');
  const options = async () => ({ folder, upstream, wrap, defer, tls, port: await freePort() });
  const nginx = await startNginx(await options(), 'small');
  const caddy = await startCaddy(await options());
  return [
    { name: 'Windlass', port: await windlass.securePort(), pids: () => [windlass.pid()] },
    ...[nginx, caddy].map(({ name, port, pid }) => ({
      name,
      port,
      host: 'localhost',
      pids: () => family(pid),
    })),
  ];
}

async function mustAnswer({ name, port }: Contender): Promise<void> {
  const response = await fetch(`https://localhost:${port}/`, { tls: { rejectUnauthorized: false } });
  const text = await response.text();
  if (response.status !== 200 || text !== answerText) {
    throw new Error(`${name} answered ${response.status} ${JSON.stringify(text.slice(0, 100))}`);
  }
}
