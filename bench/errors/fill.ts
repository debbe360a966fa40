/** Entry: stores a million events in a folder, then asks for lists and searches, and prints what it took. */

import { openDesk } from '../../server/errors/desk.ts';
import type { Submission } from '../../server/errors/intake/protocol.ts';
import { answer, type Question } from '../../server/errors/questions.ts';
import { makeEvent, seeded } from './make-event.ts';

const [folder = '', wanted = '1000000'] = process.argv.slice(2);
const count = Number(wanted);
const random = seeded(11);
const desk = openDesk(
  { folder, keepDays: 30, keepBytes: 64 * 1024 ** 3, spikePerMinute: Number.MAX_SAFE_INTEGER },
  (message, error) => console.error(message, error),
);
const dayMs = 86_400_000;
const now = Date.UTC(2026, 5, 30, 12);
// Small ones: what is looked for does not depend on what is only kept.
const bodies = Array.from({ length: 5000 }, () =>
  Buffer.from(`{}\n{"type":"event"}\n${makeEvent(random, 5000, { least: 1000, most: 1500 }).json}`),
);
const batch = 1000;
for (let done = 0; done < count; done += batch) {
  const at = now - Math.floor((1 - done / count) * 20 * dayMs);
  const submissions = Array.from(
    { length: Math.min(batch, count - done) },
    (_, index): Submission => ({
      project: { id: 1 + ((done + index) % 5), app: 'shop', rules: '' },
      form: 'envelope',
      body: bodies[(done * 7 + index * 13) % bodies.length] ?? Buffer.alloc(0),
      encoding: '',
      contentType: '',
      now: at,
      release: `shop@${Math.floor(done / 20_000)}`,
      environment: 'production',
    }),
  );
  const { outcomes } = desk.take(submissions);
  if (outcomes.some(({ kind }) => kind !== 'taken')) throw new Error('an event was refused');
  if (done % 100_000 === 0) console.error(`${done} stored`);
}

const base = {
  project: 1,
  state: 'all',
  environment: null,
  release: null,
  search: '',
  sort: 'last',
  limit: 50,
  offset: 0,
  now,
} as const;
const asked: Record<'list' | 'search', Question[]> = {
  list: (['last', 'events', 'users', 'first'] as const).flatMap((sort) => [
    { name: 'issues', query: { ...base, sort } },
    { name: 'issues', query: { ...base, sort, project: null, state: 'unresolved' } },
    { name: 'issues', query: { ...base, sort, release: 'shop@30' } },
  ]),
  search: [
    'order',
    'u1234',
    'cart total',
    'TypeError stream',
    'shop example',
    'nothing of this',
    '77123',
    'que',
  ].map((search) => ({
    name: 'issues',
    query: { ...base, search },
  })),
};
const p95 = (questions: readonly Question[]) => {
  const took: number[] = [];
  for (let round = 0; round < 8; round++) {
    for (const question of questions) {
      const from = performance.now();
      answer(desk, question);
      took.push(performance.now() - from);
    }
  }
  took.sort((one, other) => one - other);
  return took[Math.floor(took.length * 0.95)] ?? Number.NaN;
};
console.log(
  JSON.stringify({ list: p95(asked.list), search: p95(asked.search), bytes: desk.files.bytes() / count }),
);
desk.close();
