import { expect, test } from 'bun:test';
import { firstWindow, ReceiveWindow } from './receive-window.ts';

test('who_sends_more_than_it_was_allowed_is_found', () => {
  const window = new ReceiveWindow();
  expect(window.receive(firstWindow)).toBe(true);
  expect(window.receive(1)).toBe(false);
});

test('what_is_passed_on_may_come_again_and_the_window_grows_up_to_a_bound', () => {
  const window = new ReceiveWindow();
  let allowed = firstWindow;
  for (let bytes = 0; bytes < 100_000_000; bytes += 16_000) {
    expect(window.receive(16_000)).toBe(true);
    allowed += window.pass(16_000) - 16_000;
    expect(allowed).toBeGreaterThan(0);
    expect(allowed).toBeLessThanOrEqual(1_048_576);
  }
  expect(allowed).toBeGreaterThan(500_000);
  expect(window.receive(allowed)).toBe(true);
  expect(window.receive(1)).toBe(false);
});

test('what_nobody_takes_opens_nothing', () => {
  const window = new ReceiveWindow();
  window.receive(30_000);
  expect(window.pass(30_000)).toBe(0);
  window.receive(30_000);
  expect(window.pass(30_000)).toBeGreaterThan(60_000);
});
