/** Entry: sends envelopes over kept connections, on a core of its own, and prints what was answered. `most` 0: as many as go; `fresh`: none like another. */

import { makeEvent, seeded } from './make-event.ts';

const [url = '', ...given] = process.argv.slice(2);
const [seconds = 10, connections = 16, perSecond = 0, most = 0, fresh = 0] = given.map(Number);
const random = seeded(7);
const size = { least: 20_000, most: 50_000 };
/** Far more bugs than spike protection lets through of one. */
const floodBugs = 50_000;
const bodies = Array.from({ length: 400 }, (_, at) => {
  const text = `{}\n{"type":"event"}\n${makeEvent(random, 1000, size).json}`;
  // SDKs for servers compress above 32 KiB, those in browsers never do.
  return at % 2 === 0 && text.length > 32_768
    ? { body: Bun.gzipSync(Buffer.from(text)), encoding: 'gzip' }
    : { body: Buffer.from(text), encoding: 'identity' };
});
const nothing = { body: Buffer.alloc(0), encoding: 'identity' };
let [at, accepted, refused, bytes] = [0, 0, 0, 0];
const begun = performance.now();
const until = begun + seconds * 1000;

await Promise.all(
  Array.from({ length: connections }, async () => {
    while (performance.now() < until && (most === 0 || at < most)) {
      // One clock for all connections: what a slow answer held up is made up for.
      const due = perSecond === 0 ? 0 : begun + (at / perSecond) * 1000 - performance.now();
      const { body, encoding } = fresh === 1 ? freshBody(at++) : (bodies[at++ % bodies.length] ?? nothing);
      if (due > 0) await Bun.sleep(due);
      const answer = await fetch(url, { method: 'POST', body, headers: { 'content-encoding': encoding } });
      await answer.arrayBuffer();
      bytes += body.length;
      if (answer.status === 200) accepted++;
      else refused++;
    }
  }),
);
console.log(JSON.stringify({ accepted, refused, bytes }));

function freshBody(number: number) {
  const id = number.toString(16).padStart(32, '0');
  const { json } = makeEvent(random, floodBugs, size);
  return { body: Buffer.from(`{"event_id":"${id}"}\n{"type":"event"}\n${json}`), encoding: 'identity' };
}
