/** Entry: sends envelopes over kept connections for some seconds, on a core of its own, and prints what was answered. */

import { makeEvent, seeded } from './make-event.ts';

const [url = '', seconds = '10', connections = '16', perSecond = '0'] = process.argv.slice(2);
const random = seeded(7);
const bodies = Array.from({ length: 400 }, (_, at) => {
  const text = `{}\n{"type":"event"}\n${makeEvent(random, 1000, { least: 20_000, most: 50_000 }).json}`;
  // SDKs for servers compress above 32 KiB, those in browsers never do.
  return at % 2 === 0 && text.length > 32_768
    ? { body: Bun.gzipSync(Buffer.from(text)), encoding: 'gzip' }
    : { body: Buffer.from(text), encoding: 'identity' };
});
let [at, accepted, refused, bytes] = [0, 0, 0, 0];
const until = performance.now() + Number(seconds) * 1000;
const pauseMs = Number(perSecond) === 0 ? 0 : (Number(connections) / Number(perSecond)) * 1000;

await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < until) {
      const from = performance.now();
      const { body, encoding } = bodies[at++ % bodies.length] ?? { body: Buffer.alloc(0), encoding: '' };
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-encoding': encoding } });
      await answer.arrayBuffer();
      bytes += body.length;
      if (answer.status === 200) accepted++;
      else refused++;
      const left = pauseMs - (performance.now() - from);
      if (left > 0) await Bun.sleep(left);
    }
  }),
);
console.log(JSON.stringify({ accepted, refused, bytes }));
