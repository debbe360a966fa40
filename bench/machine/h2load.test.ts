import { expect, test } from 'bun:test';
import { parseH2load } from './h2load.ts';

const report = `finished in 2.86s, 20964.53 req/s, 942.78KB/s
requests: 60000 total, 60000 started, 60000 done, 59990 succeeded, 10 failed, 0 errored, 0 timeout
status codes: 59990 2xx, 0 3xx, 10 4xx, 0 5xx
`;

test('what_was_not_answered_well_counts_as_failed', () => {
  expect(parseH2load(report, 60_000)).toEqual({ perSecond: 20964.53, failed: 10 });
});

test('a_report_without_figures_is_an_error', () => {
  expect(() => parseH2load('connect: refused', 10)).toThrow('h2load reported nothing');
});
