import { expect, test } from 'bun:test';
import { rangeOf, summary, trafficSpans } from './traffic-span.ts';

test('a_range_is_whole_steps_and_ends_in_the_one_that_is_now', () => {
  for (const span of trafficSpans) {
    const now = 1_700_000_123_456;
    const { since, until } = rangeOf(span, now);
    expect(since % span.step).toBe(0);
    expect(until).toBeGreaterThanOrEqual(now);
    expect(until - now).toBeLessThan(span.step);
    expect((until + 1 - since) / span.step).toBeLessThanOrEqual(1000);
    expect(rangeOf(span, until)).toEqual({ since, until });
  }
});

test('a_summary_adds_up_and_knows_when_nothing_was_measured', () => {
  expect(summary([])).toEqual({ requests: 0, failed: 0, bytesOut: 0, slowest: null });
  const point = { requests: 2, classes: [0, 1, 0, 0, 1], bytesOut: 10, p95: 7 };
  expect(summary([point, { ...point, p95: null }])).toEqual({
    requests: 4,
    failed: 2,
    bytesOut: 20,
    slowest: 7,
  });
});
