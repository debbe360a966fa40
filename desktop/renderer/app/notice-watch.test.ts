import { expect, test } from 'bun:test';
import { noticeWords, reachedOf } from './notice-watch.ts';

const notice = {
  ...{ kind: 'check.down', subject: 'check:1', state: 'opened' as const, severity: 'critical' as const },
  ...{
    app: null,
    environment: null,
    release: null,
    title: 'shop: it answered 500',
    text: 'Since noon.',
    at: 1,
  },
};

test('what_opens_and_what_is_over_is_told_and_small_news_is_not', () => {
  expect(noticeWords(notice)).toEqual({ title: 'shop: it answered 500', body: 'Since noon.' });
  expect(noticeWords({ ...notice, state: 'resolved' })?.title).toBe('Resolved: shop: it answered 500');
  expect(noticeWords({ ...notice, state: 'news', severity: 'info' })).toBeNull();
  expect(noticeWords({ ...notice, kind: 'deployment.failed' })).toBeNull();
});

test('a_line_that_is_being_opened_says_neither_that_a_server_is_there_nor_that_it_is_gone', () => {
  expect(
    ['connected', 'control-lost', 'unreachable', 'connecting', 'disconnected'].map((kind) =>
      reachedOf(kind as never),
    ),
  ).toEqual([true, true, false, null, null]);
});
