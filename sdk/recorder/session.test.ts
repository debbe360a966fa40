import { expect, test } from 'bun:test';
import {
  idleMs,
  isOver,
  keepSession,
  longestMs,
  openSession,
  sessionKey,
  type TabStorage,
} from './session.ts';

const all = { sample: 1, onError: 0 };

function storage(): TabStorage & { text(): string | null } {
  const held = new Map<string, string>();
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
    text: () => held.get(sessionKey) ?? null,
  };
}

test('the_next_page_of_a_tab_goes_on_and_a_copy_of_the_tab_does_not', () => {
  const tab = storage();
  const first = openSession(tab, all, 1000);
  first.next = 3;
  // The tab was copied while its page was open: the copy has the same storage.
  keepSession(tab, first, false);
  expect(openSession(tab, all, 2000).id).not.toBe(first.id);
  keepSession(tab, first, true);
  expect(openSession(tab, all, 2000)).toMatchObject({ id: first.id, next: 3, startedAt: 1000 });
});

test('a_session_ends_after_an_hour_and_after_a_quarter_without_a_hand_on_it', () => {
  const tab = storage();
  const session = openSession(tab, all, 0);
  expect(isOver(session, idleMs)).toBe(false);
  expect(isOver(session, idleMs + 1)).toBe(true);
  session.activeAt = longestMs;
  expect(isOver(session, longestMs + 1)).toBe(true);
  keepSession(tab, session, true);
  expect(openSession(tab, all, longestMs + 1).id).not.toBe(session.id);
});

test('shares_choose_and_the_tab_stays_as_it_was_chosen', () => {
  const shares = { sample: 0.1, onError: 0.5 };
  const draws =
    (...values: number[]) =>
    () =>
      values.shift() ?? 0;
  expect(openSession(null, shares, 0, draws(0.05)).mode).toBe('whole');
  expect(openSession(null, shares, 0, draws(0.2, 0.4)).mode).toBe('on-error');
  const tab = storage();
  const none = openSession(tab, shares, 0, draws(0.2, 0.6));
  expect(none.mode).toBe('none');
  expect(tab.text()).toContain('"mode":"none"');
});

test('what_somebody_else_put_there_is_no_session', () => {
  for (const text of ['', 'null', '[]', '{"id":"x","left":true}', `{"id":"${'a'.repeat(32)}","left":true}`]) {
    const tab = storage();
    tab.setItem(sessionKey, text);
    expect(openSession(tab, all, 5)).toMatchObject({ startedAt: 5, next: 0 });
  }
});
