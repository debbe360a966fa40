/** `start`: from the start of the process to the first byte it proxies, with a site already deployed. */

import { join } from 'node:path';
import { writeApp } from './apps/write-app.ts';
import type { Bench } from './bench.ts';
import { freePort } from './machine/port.ts';
import { median } from './median.ts';
import { startWindlass } from './peers/windlass.ts';
import { until } from './until.ts';

const rounds = 5;
const page = '<!doctype html><title>here</title><p>here\n';

export const start: Bench = {
  name: 'start',
  summary: 'milliseconds from process start to the first proxied byte',
  async run(context) {
    const port = await freePort();
    const windlass = await startWindlass({ ...context, port });
    await windlass.deploy('site', await writeApp(join(context.folder, 'site'), { 'index.html': page }));
    const took: number[] = [];
    for (let round = 0; round < rounds; round++) {
      await windlass.halt();
      const from = performance.now();
      const answering = windlass.start();
      await until('the site answers', () => answers(port, windlass.host('site')), { everyMs: 1 });
      took.push(performance.now() - from);
      await answering;
      context.say(`start ${round + 1}: ${Math.round(took.at(-1) ?? 0)} ms`);
    }
    return {
      figures: [
        { name: 'median', value: median(took), unit: 'ms', bar: 'cold start' },
        { name: 'slowest', value: Math.max(...took), unit: 'ms' },
      ],
      notes: [`${rounds} starts with the same data; the file is in the page cache`],
    };
  },
};

async function answers(port: number, host: string): Promise<true | null> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { host }, keepalive: false }).catch(
    () => null,
  );
  if (response === null) return null;
  const text = await response.text();
  return response.status === 200 && text === page ? true : null;
}
