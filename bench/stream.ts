/** `stream`: a gigabyte down and a gigabyte up through Windlass and through nginx: throughput, and memory it takes. */

import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSink } from './apps/sink.ts';
import { bigBytes, writeUpstream } from './apps/upstream.ts';
import type { Bench } from './bench.ts';
import { runProgram } from './machine/child.ts';
import { cores, pinned } from './machine/pin.ts';
import { freePort } from './machine/port.ts';
import { statusBytes } from './machine/proc.ts';
import { program } from './machine/program.ts';
import { median } from './median.ts';
import { startNginx } from './peers/nginx.ts';
import { startWindlass } from './peers/windlass.ts';

const rounds = 3;
const warmUpBytes = 8 << 20;
const directions = ['download', 'upload'] as const;
type Direction = (typeof directions)[number];

/** The app and path of each way. */
const ways = {
  download: { app: 'source', path: '/big' },
  upload: { app: 'sink', path: '/' },
} as const satisfies Record<Direction, { app: string; path: string }>;

/** Bytes to fetch from the app's own file, or to send from this one. */
interface Load {
  path: string;
  bytes: number;
}

interface Contender {
  name: string;
  /** Where it listens for an app. */
  port(app: string): number;
}

export const stream: Bench = {
  name: 'stream',
  summary: '1 GB down and up: throughput against nginx, and growth of resident memory',
  async run({ folder, defer, say }) {
    const wrap = (argv: readonly string[]) => pinned(cores.measured, argv);
    const windlass = await startWindlass({ folder, defer, wrap });
    await windlass.deploy('source', await writeUpstream(join(folder, 'source')));
    await windlass.deploy('sink', await writeSink(join(folder, 'sink')));
    const own: Contender = { name: 'Windlass', port: () => windlass.port() };
    const nginxPorts = new Map<string, number>();
    for (const { app } of Object.values(ways)) {
      const { environments } = await windlass.control.call('apps.get', { app });
      const upstream = environments[0]?.instances[0]?.address;
      if (upstream == null) throw new Error(`${app} has no address`);
      const options = { folder: await mkdtemp(join(folder, 'nginx-')), upstream, wrap, defer };
      nginxPorts.set(app, (await startNginx({ ...options, port: await freePort() }, 'large')).port);
    }
    const peer: Contender = { name: 'nginx', port: (app) => nginxPorts.get(app) ?? 0 };
    const load = await makeFile(join(folder, 'big'), bigBytes);
    const little = await makeFile(join(folder, 'little'), warmUpBytes);

    // What the first transfer ever costs (code paged in, compiled) is not what a stream costs.
    for (const direction of directions) await transfer(own, direction, little);

    const speeds = new Map<string, number[]>();
    const growth = new Map<Direction, number[]>(directions.map((direction) => [direction, []]));
    for (let round = 0; round < rounds; round++) {
      for (const direction of directions) {
        for (const each of round % 2 === 0 ? [own, peer] : [peer, own]) {
          const grown = each === own ? watchGrowth(windlass.pid()) : null;
          const speed = await transfer(each, direction, load);
          const bytes = grown?.stop();
          if (bytes !== undefined) growth.get(direction)?.push(bytes / 1e6);
          const key = `${each.name} ${direction}`;
          speeds.set(key, [...(speeds.get(key) ?? []), speed / 1e6]);
          say(
            `${key}: ${Math.round(speed / 1e6)} MB/s${bytes === undefined ? '' : `, grew ${(bytes / 1e6).toFixed(1)} MB`}`,
          );
        }
      }
    }
    const speed = (name: string, direction: Direction) => median(speeds.get(`${name} ${direction}`) ?? []);
    return {
      figures: directions.flatMap((direction) => [
        {
          name: `${direction}, of nginx's`,
          value: speed('Windlass', direction) / speed('nginx', direction),
          unit: 'x',
          bar: 'throughput against nginx' as const,
        },
        {
          name: `${direction}, growth at most`,
          value: Math.max(...(growth.get(direction) ?? [Number.NaN])),
          unit: 'MB',
          bar: 'memory growth over 1 GB' as const,
        },
        { name: `${direction} through Windlass`, value: speed('Windlass', direction), unit: 'MB/s' },
        { name: `${direction} through nginx`, value: speed('nginx', direction), unit: 'MB/s' },
      ]),
      notes: [
        `${rounds} rounds of ${bigBytes} bytes each way, medians; growth is the peak over what was resident before`,
      ],
    };
  },
};

async function makeFile(path: string, bytes: number): Promise<Load> {
  await runProgram([program('truncate'), '-s', String(bytes), path]);
  return { path, bytes };
}

/** Bytes a second. */
async function transfer(to: Contender, direction: Direction, { path, bytes }: Load): Promise<number> {
  const down = direction === 'download';
  const { app, path: urlPath } = ways[direction];
  const output = await runProgram(
    pinned(cores.load, [
      program('curl'),
      '--silent',
      '--show-error',
      '--output',
      '/dev/null',
      '--header',
      `Host: ${app}.localhost`,
      ...(down ? ['--range', `0-${bytes - 1}`] : ['--upload-file', path, '--header', 'Expect:']),
      '--write-out',
      `%{http_code} %{size_${direction}} %{speed_${direction}}`,
      `http://127.0.0.1:${to.port(app)}${urlPath}`,
    ]),
  );
  const [status, moved, speed = Number.NaN] = output.split(' ').map(Number);
  if (status !== (down ? 206 : 200) || moved !== bytes) {
    throw new Error(`${to.name} answered ${status} after ${moved} of ${bytes} bytes`);
  }
  return speed;
}

/** The most bytes resident over what was resident when it began. */
function watchGrowth(pid: number): { stop(): number } {
  const before = statusBytes(pid, 'VmRSS');
  let peak = before;
  const look = () => {
    peak = Math.max(peak, statusBytes(pid, 'VmRSS'));
  };
  const timer = setInterval(look, 20);
  return {
    stop() {
      clearInterval(timer);
      look();
      return peak - before;
    },
  };
}
