/** `swap`: certificates changed and the server upgraded under load; every request that is lost counts. */

import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { streamsAnswer, writeStreamsApp } from './apps/streams-app.ts';
import { bars } from './bar.ts';
import type { Bench, Defer } from './bench.ts';
import { runProgram } from './machine/child.ts';
import { median } from './median.ts';
import { startWindlass, windlassFile } from './peers/windlass.ts';
import { startH2Visitor } from './traffic/h2-visitor.ts';
import type { Visit } from './traffic/ledger.ts';
import { holdStreams } from './traffic/open-stream.ts';
import { startVisitor } from './traffic/visitor.ts';
import { until } from './until.ts';

const swaps = 20;
const upgrades = 5;
const leastVisits = bars['requests under load'].limit;
const app = 'streams';
const host = `${app}.localhost`;

export const swap: Bench = {
  name: 'swap',
  summary: `${swaps} certificate changes and ${upgrades} self-upgrades under load: requests lost`,
  async run({ folder, defer, say }) {
    await keepWaitingConnections(defer, say);
    const program = join(folder, 'windlass');
    await copyFile(windlassFile, program);
    const windlass = await startWindlass({ folder, defer, program });
    await windlass.deploy(app, await writeStreamsApp(join(folder, app)));
    const { control } = windlass;
    // Plain visitors are to stay plain, whatever certificate there is.
    await control.call('certificates.upload', await madePair(folder));
    await control.call('certificates.rules', { host, https: 'never' });

    const visits: Visit[] = [];
    const record = (visit: Visit) => visits.push(visit);
    const port = windlass.port();
    const securePort = await windlass.securePort();
    const crowd = [
      ...each(6, () => startVisitor({ port, host, path: '/', connection: 'kept', thinkMs: 5, record })),
      ...each(4, () => startVisitor({ port, host, path: '/', connection: 'new', thinkMs: 10, record })),
      ...each(6, () =>
        startVisitor({
          port: securePort,
          host,
          path: '/',
          secure: true,
          connection: 'kept',
          thinkMs: 5,
          record,
        }),
      ),
      ...each(4, () =>
        startVisitor({
          port: securePort,
          host,
          path: '/',
          secure: true,
          connection: 'new',
          thinkMs: 15,
          record,
        }),
      ),
      startH2Visitor({ port: securePort, host, streams: 8, thinkMs: 8, record }),
    ];
    const streams = holdStreams(port, host);
    const leave = async () => {
      streams.stop();
      await Promise.all(crowd.map((visitor) => visitor.stop()));
    };
    defer(leave);

    const swapMs: number[] = [];
    for (let round = 0; round < swaps; round++) {
      const pair = await madePair(folder);
      const from = performance.now();
      await control.call('certificates.upload', pair);
      swapMs.push(performance.now() - from);
      await Bun.sleep(100);
    }
    say(`${swaps} certificates changed, ${streams.ends.length} streams ended meanwhile`);
    const endedBySwaps = streams.ends.length;
    const upgradeMs: number[] = [];
    for (let round = 0; round < upgrades; round++) {
      const next = join(folder, 'next');
      // The same program, told apart by a byte behind its end.
      await writeFile(next, Buffer.concat([await readFile(windlassFile), Buffer.from(`${round}`)]));
      const from = performance.now();
      const said = await runProgram([windlassFile, 'upgrade', next, '--data', windlass.data, '--json']);
      upgradeMs.push(performance.now() - from);
      if ((JSON.parse(said) as { state: string }).state !== 'upgraded') throw new Error(said);
      say(`upgrade ${round + 1} in ${Math.round(upgradeMs.at(-1) ?? 0)} ms`);
      await Bun.sleep(1_500);
    }
    await until('enough requests were made', () => (visits.length >= leastVisits ? true : null), {
      withinMs: 60_000,
    });
    await leave();

    const lost = visits.filter(({ outcome }) => outcome.kind === 'lost');
    const wrong = visits.filter(
      ({ outcome }) =>
        outcome.kind === 'answered' && (outcome.status !== 200 || outcome.body !== streamsAnswer),
    );
    const cut = streams.ends.filter((end) => end === 'cut').length;
    return {
      figures: [
        { name: 'requests', value: visits.length, unit: '', bar: 'requests under load' },
        { name: 'lost', value: lost.length, unit: '', bar: 'requests lost' },
        { name: 'wrong', value: wrong.length, unit: '', bar: 'requests wrong' },
        { name: 'streams cut', value: cut, unit: '', bar: 'streams cut without a goodbye' },
        { name: 'streams ended by certificate changes', value: endedBySwaps, unit: '' },
        { name: 'certificate change, median', value: median(swapMs), unit: 'ms' },
        { name: 'upgrade, median', value: median(upgradeMs), unit: 'ms' },
      ],
      notes: [
        `${swaps} certificate changes, ${upgrades} upgrades; plain and TLS visitors on kept and new connections, h2 with 8 streams, a WebSocket and an event stream with ${streams.messages} messages, ${streams.ends.length} ends`,
        ...[...lost, ...wrong].slice(0, 5).map(({ outcome }) => JSON.stringify(outcome).slice(0, 160)),
      ],
    };
  },
};

function each<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

async function madePair(folder: string): Promise<{ chain: string; key: string }> {
  const cert = join(folder, 'pair-cert.pem');
  const key = join(folder, 'pair-key.pem');
  await runProgram(
    ['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'].concat(
      ['-keyout', key, '-out', cert, '-days', '30', '-subj', `/CN=${host}`],
      ['-addext', `subjectAltName=DNS:${host}`],
    ),
  );
  return { chain: await Bun.file(cert).text(), key: await Bun.file(key).text() };
}

/** What provisioning sets on a server: connections that wait in a closing listener move to the next one. */
async function keepWaitingConnections(defer: Defer, say: (line: string) => void): Promise<void> {
  const setting = '/proc/sys/net/ipv4/tcp_migrate_req';
  const before = (await readFile(setting, 'utf8').catch(() => '')).trim();
  if (before !== '0') return;
  try {
    await writeFile(setting, '1');
    defer(() => writeFile(setting, before));
  } catch {
    say('net.ipv4.tcp_migrate_req stays 0: only root may set it');
  }
}
