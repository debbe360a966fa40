/** A flood through the door of a server whose errors have a small budget: the most that their folder took meanwhile. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Measuring } from './measuring.ts';

/** An hour of 1,000 a second is 3,600,000: WINDLASS_FLOOD_EVENTS. */
const events = Number(process.env.WINDLASS_FLOOD_EVENTS ?? 40_000);
const budget = 100_000_000;
/** For whatever number of events there is. */
const secondsAtMost = 3600;
const lookMs = 20;

export async function measureFlood({ context, windlass, sender, figures, notes }: Measuring): Promise<void> {
  await windlass.control.call('errors.keep', { keepBytes: budget });
  const folder = join(windlass.data, 'errors');
  context.say(`a flood of ${events} events into ${budget / 1e6} MB`);
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, bytesOf(folder));
  }, lookMs);
  const from = performance.now();
  const sent = await sender.send({ seconds: secondsAtMost, events, fresh: true });
  const seconds = (performance.now() - from) / 1000;
  clearInterval(watch);
  const { issues, total } = await windlass.control.call('issues.list', { app: sender.app, limit: 1 });
  const { events: heads } = await windlass.control.call('events.list', { issue: issues[0]?.id ?? 0 });
  const newest = Number.parseInt(heads[0]?.id ?? '0', 16);
  // The newest of all is among the last ones that were under way at once.
  if (newest < events - 1000) throw new Error(`the newest event is number ${newest} of ${events}`);
  figures.push(
    {
      name: 'folder at most in a flood',
      value: most / budget,
      unit: 'of its budget',
      bar: 'budget under a flood of errors',
    },
    { name: 'envelopes in a flood', value: sent.accepted / seconds, unit: '/s' },
  );
  notes.push(
    `the flood: ${sent.accepted} events of ${(sent.bytes / 1e9).toFixed(1)} GB taken in by the server in ${seconds.toFixed(0)} s, ${sent.refused} refused; ${total} issues are known after it, the newest event is there; WINDLASS_FLOOD_EVENTS=3600000 is an hour of 1,000 a second`,
  );
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, { parentPath, name }) =>
        sum + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
