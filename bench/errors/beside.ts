/** What visitors of an app notice while as many envelopes come as a core is said to take. */

import { answerText } from '../apps/upstream.ts';
import { load } from '../machine/wrk.ts';
import { median } from '../median.ts';
import type { Measuring } from './measuring.ts';

const rounds = 4;
const seconds = 5;
const envelopesPerSecond = 1000;
/** Of the visitors. */
const perSecond = 1500;
const connections = 16;

/** The server and its Worker share one core; the visitors, the app and the sender the other, in which the sender gives way. */
export async function measureBeside({ context, windlass, sender, figures, notes }: Measuring): Promise<void> {
  const url = `http://127.0.0.1:${windlass.port()}/`;
  const host = windlass.host('upstream');
  const visit = async () => {
    const options = { url, host, connections, folder: context.folder, seconds, rate: perSecond };
    const { p99, errors } = await load(options);
    if (errors > 0) throw new Error(`${errors} requests of visitors failed`);
    return p99;
  };
  const answer = await fetch(url, { headers: { host } });
  if ((await answer.text()) !== answerText) throw new Error('the app does not answer');
  await sender.send({ seconds: 5, perSecond: envelopesPerSecond });
  await visit();
  const [peace, beside, taken]: [number[], number[], number[]] = [[], [], []];
  for (let round = 1; round <= rounds; round++) {
    const alone = await visit();
    const lasting = seconds + 1;
    const sending = sender.send({ seconds: lasting, perSecond: envelopesPerSecond });
    // It makes its envelopes first.
    await Bun.sleep(700);
    const during = await visit();
    const { accepted } = await sending;
    peace.push(alone);
    beside.push(during);
    taken.push(accepted / lasting);
    context.say(
      `round ${round}: p99 ${alone.toFixed(2)} ms in peace, ${during.toFixed(2)} ms beside ${(accepted / lasting).toFixed(0)} envelopes/s`,
    );
  }
  figures.push(
    { name: 'p99 of visitors in peace', value: median(peace), unit: 'ms' },
    { name: 'p99 of visitors beside envelopes', value: median(beside), unit: 'ms' },
    {
      name: 'p99 beside envelopes',
      value: median(beside) / median(peace),
      unit: 'x',
      bar: 'p99 beside envelopes',
    },
    { name: 'envelopes beside visitors', value: median(taken), unit: '/s' },
  );
  notes.push(
    `visitors: ${perSecond} requests/s over ${connections} connections to a plain app; medians of ${rounds} rounds of ${seconds} s, in peace and beside ${envelopesPerSecond} envelopes/s by turns`,
  );
}
