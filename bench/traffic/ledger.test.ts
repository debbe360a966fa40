import { expect, test } from 'bun:test';
import { judge, type Live, type Visit } from './ledger.ts';

const lives: Live[] = [
  { release: 1, version: 'a', from: 0, to: 1000 },
  { release: 2, version: 'b', from: 990, to: 2000 },
];

function visit(startedAt: number, endedAt: number, body: string, status = 200): Visit {
  return { startedAt, endedAt, outcome: { kind: 'answered', status, body } };
}

test('an_answer_of_a_release_that_was_live_during_the_request_is_right', () => {
  const visits = [
    visit(10, 12, '1 a\n'),
    visit(995, 996, '1 a\n'),
    visit(995, 996, '2 b\n'),
    visit(900, 1100, '1 a\n'),
  ];
  expect(judge(visits, lives)).toEqual({ requests: 4, lost: 0, wrong: 0, examples: [] });
});

test('an_answer_of_a_release_before_or_after_its_time_is_wrong', () => {
  const visits = [
    visit(1100, 1101, '1 a\n'),
    visit(10, 12, '2 b\n'),
    visit(10, 12, '1 b\n'),
    visit(10, 12, '3 c\n'),
  ];
  expect(judge(visits, lives)).toMatchObject({ lost: 0, wrong: 4 });
});

test('any_status_but_200_and_any_other_body_is_wrong', () => {
  const verdict = judge([visit(10, 12, 'bad gateway', 502), visit(10, 12, 'torn\n')], lives);
  expect(verdict.wrong).toBe(2);
  expect(verdict.examples[0]).toContain('502');
});

test('a_request_without_an_answer_is_lost_and_not_wrong', () => {
  const verdict = judge([{ startedAt: 5, endedAt: 9, outcome: { kind: 'lost', why: 'closed' } }], lives);
  expect(verdict).toMatchObject({ requests: 1, lost: 1, wrong: 0 });
});
