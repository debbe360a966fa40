/** As many envelopes as go: how many a core takes, and by how much the server grows meanwhile. */

import { coreSeconds, statusBytes } from '../machine/proc.ts';
import { load } from '../machine/wrk.ts';
import type { Measuring } from './measuring.ts';

const warmUpSeconds = 10;
const seconds = 20;

export async function measureIntake({ context, windlass, sender, figures, notes }: Measuring): Promise<void> {
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, statusBytes(windlass.pid(), 'VmRSS'));
  }, 50);
  const visited = { url: `http://127.0.0.1:${windlass.port()}/`, host: windlass.host(sender.app) };
  await load({ ...visited, folder: context.folder, connections: 16, seconds: 5, rate: 1500 });
  const before = most;
  most = 0;
  const warmUp = await sender.send({ seconds: warmUpSeconds });
  const usedBefore = coreSeconds(windlass.pid());
  const sent = await sender.send({ seconds });
  clearInterval(watch);
  const used = coreSeconds(windlass.pid()) - usedBefore;
  const accepted = sent.accepted + warmUp.accepted;
  context.say(`${sent.accepted} envelopes in ${seconds} s on ${used.toFixed(1)} s of a core`);
  const { bytes } = await windlass.control.call('errors.project', { app: sender.app });
  figures.push(
    { name: 'envelopes per core', value: sent.accepted / used, unit: '/s', bar: 'envelopes per core' },
    { name: 'envelopes', value: sent.accepted / seconds, unit: '/s' },
    { name: 'resident growth', value: (most - before) / 1e6, unit: 'MB', bar: 'memory growth of errors' },
    { name: 'resident at most', value: most / 1e6, unit: 'MB' },
    { name: 'stored per event', value: bytes / accepted, unit: 'bytes' },
    { name: 'sent per event', value: sent.bytes / (sent.accepted + sent.refused), unit: 'bytes' },
  );
  notes.push(
    `one core for the server and one for the sender; an envelope is answered when it is grouped, stored and on disk, so there is nothing left to drain; ${sent.refused} refused`,
    'growth: the most that is resident while envelopes come, less the most while 1500 visitors a second come and nothing else',
  );
}
