/** Entry: a flood of an hour into a budget that holds a fraction of it, and the most that the folder took meanwhile. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openDesk } from '../../server/errors/desk.ts';
import { answer } from '../../server/errors/questions.ts';
import { makeEvent, seeded } from './make-event.ts';

const [folder = '', wanted = '60000', budget = '100000000'] = process.argv.slice(2);
const [count, keepBytes] = [Number(wanted), Number(budget)];
const random = seeded(23);
const desk = openDesk(
  { folder, keepDays: 30, keepBytes, spikePerMinute: Number.MAX_SAFE_INTEGER },
  (message, error) => console.error(message, error),
);
const start = Date.UTC(2026, 5, 30, 12);
const hourMs = 3_600_000;
const batch = 32;
let [most, sent, newest] = [0, 0, ''];
for (let done = 0; done < count; done += batch) {
  const now = start + Math.floor((done / count) * hourMs);
  const { outcomes } = desk.take(
    Array.from({ length: Math.min(batch, count - done) }, (_, at) => {
      newest = (done + at).toString(16).padStart(32, '0');
      const { json } = makeEvent(random, 1000, { least: 20_000, most: 50_000 });
      const body = Buffer.from(`{"event_id":"${newest}"}\n{"type":"event"}\n${json}`);
      sent += body.length;
      return {
        project: { id: 1, app: 'shop', rules: '' },
        ...({ form: 'envelope', encoding: '', contentType: '', release: 'shop@1' } as const),
        ...{ body, now, environment: 'production' },
      };
    }),
  );
  if (outcomes.some(({ kind }) => kind !== 'taken')) throw new Error('an event was refused');
  most = Math.max(most, bytesOf(folder));
}
const { total } = answer(desk, {
  name: 'issues',
  query: {
    ...{ project: 1, state: 'all', environment: null, release: null, search: '' },
    ...{ sort: 'last', limit: 1, offset: 0, now: start + hourMs },
  },
}) as { total: number };
// Throws where it is not there.
answer(desk, { name: 'event', id: newest });
console.log(JSON.stringify({ all: most, sent, issues: total }));
desk.close();

function bytesOf(of: string): number {
  return readdirSync(of).reduce(
    (sum, name) => sum + (statSync(join(of, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
