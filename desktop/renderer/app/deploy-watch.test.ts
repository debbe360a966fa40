import { expect, test } from 'bun:test';
import type { App, Deployment } from '../../../shared/deployer/model.ts';
import { endWords, underWay } from './deploy-watch.ts';

const deployment = (part: Partial<Deployment>) =>
  ({
    id: 'd1',
    app: 'shop',
    environment: 'production',
    phase: 'live',
    release: 3,
    previousRelease: 2,
    failure: null,
    url: 'http://shop.example/',
    ...part,
  }) as Deployment;

test('a_good_end_says_where_it_answers_and_a_bad_one_why_and_what_keeps_serving', () => {
  expect(endWords(deployment({ phase: 'watching' }))).toEqual({
    title: 'shop is live',
    body: 'Release 3 answers at shop.example',
  });
  const failure = { phase: 'building', message: 'the build ended with 1', logTail: [] } as const;
  expect(endWords(deployment({ phase: 'failed', failure: { ...failure, logTail: [] } }))).toEqual({
    title: 'shop was not deployed',
    body: 'the build ended with 1 Release 2 keeps serving.',
  });
  expect(endWords(deployment({ phase: 'rolled-back', previousRelease: null }))?.body).toBe('It ended badly.');
});

test('nobody_is_told_of_what_was_called_off_or_still_waits', () => {
  for (const phase of ['cancelled', 'superseded', 'queued', 'building'] as const) {
    expect(endWords(deployment({ phase })) === null).toBe(true);
  }
});

test('only_what_is_under_way_is_followed', () => {
  const environments = [
    { deployment: { id: 'a', phase: 'building' } },
    { deployment: { id: 'b', phase: 'watching' } },
    { deployment: null },
  ];
  expect(underWay([{ environments } as unknown as App])).toEqual(['a']);
});
