import { expect, test } from 'bun:test';
import { readTimeline } from './read-timeline.ts';

const click = (timestamp: number, message: string) => ({
  type: 5,
  timestamp,
  data: { tag: 'breadcrumb', payload: { category: 'ui.click', message } },
});

test('pages_clicks_and_requests_are_in_order_and_angry_clicks_are_marked', () => {
  const request = {
    type: 5,
    timestamp: 9,
    data: {
      tag: 'performanceSpan',
      payload: {
        op: 'resource.fetch',
        description: '/api',
        startTimestamp: 0.002,
        data: { method: 'GET', statusCode: 500 },
      },
    },
  };
  const page = { type: 4, timestamp: 1, data: { href: '/cart' } };
  const moments = readTimeline([
    click(30, 'button'),
    click(10, 'button'),
    click(20, 'button'),
    click(5, 'link'),
    request,
    page,
  ]);
  expect(moments.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'page /cart',
    'network GET /api 500',
    'click link',
    'click button',
    'click button',
    'rage button',
  ]);
});

test('nonsense_is_left_out', () => {
  expect(
    readTimeline([null, 7, {}, { type: 5, timestamp: 1 }, { type: 5, timestamp: 'x', data: {} }]),
  ).toEqual([]);
});

test('clicks_nothing_came_of_are_told_from_angry_ones', () => {
  const slow = (timestamp: number, data: object) => ({
    type: 5,
    timestamp,
    data: { tag: 'breadcrumb', payload: { category: 'ui.slowClickDetected', message: 'button', data } },
  });
  const multi = {
    type: 5,
    timestamp: 4,
    data: {
      tag: 'breadcrumb',
      payload: { category: 'ui.multiClick', message: 'button', data: { clickCount: 3 } },
    },
  };
  const moments = readTimeline([
    slow(1, { endReason: 'timeout' }),
    slow(2, { endReason: 'timeout', clickCount: 5 }),
    slow(3, { endReason: 'mutation' }),
    multi,
  ]);
  expect(moments.map(({ kind }) => kind)).toEqual(['dead', 'rage', 'other', 'rage']);
});
