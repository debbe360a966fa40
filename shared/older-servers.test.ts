/**
 * A desktop is mostly newer than the servers it reaches. What each version that was given out answered, as
 * `tools/record-answers.ts` recorded it, is parsed by the contract of now.
 */

import { expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { serverContract } from './server-contract.ts';

const folder = join(import.meta.dir, 'recorded');
const recordings = await Promise.all(
  readdirSync(folder).map(async (name) => ({
    name,
    answers: Bun.JSONL.parse(await Bun.file(join(folder, name)).text()) as {
      method: string;
      result: unknown;
    }[],
  })),
);
const contract: Record<
  string,
  { result: { safeParse(value: unknown): { success: boolean; error?: unknown } } }
> = serverContract;

for (const { name, answers } of recordings) {
  test(`what_a_server_of_${name.replace(/\.jsonl$/, '')}_answers_is_understood`, () => {
    expect(answers.length).toBeGreaterThan(0);
    for (const { method, result } of answers) {
      const parsed = contract[method]?.result.safeParse(result);
      expect({ method, error: parsed?.error }).toEqual({ method, error: undefined });
    }
  });
}

test('what_an_older_server_does_not_know_is_as_if_it_had_none', () => {
  const old = recordings.find(({ name }) => name === 'before-0.1.0.jsonl')?.answers ?? [];
  const status = old.find(({ method }) => method === 'analytics.status')?.result;
  expect(status).not.toHaveProperty('datacentres');
  expect(serverContract['analytics.status'].result.parse(status)).toMatchObject({
    sumDays: 0,
    datacentres: false,
    settings: { keepSumsDays: 3660 },
  });
});

test('a_reason_a_newer_server_counts_by_is_no_fault', () => {
  const { answers } = recordings.find(({ name }) => name === '0.1.0.jsonl') ?? { answers: [] };
  const status = Object(answers.find(({ method }) => method === 'analytics.status')?.result) as {
    droppedToday: object;
  };
  const newer = { ...status, droppedToday: { ...status.droppedToday, unheard: 3 } };
  expect(serverContract['analytics.status'].result.parse(newer).droppedToday).toMatchObject({ unheard: 3 });
});
