import { expect, test } from 'bun:test';
import { listCopied } from './issues-of-copy.ts';

const copied = (id: number, value: string, change: object = {}) => ({
  events: [],
  details: {
    ...{ id, app: 'shop', title: 'RangeError', value, culprit: 'pay in cart.js', level: 'error' },
    ...{ platform: 'node', state: { kind: 'unresolved' as const }, assignee: null },
    ...{ firstAt: id, lastAt: 10 - id, events: id, users: 1, firstRelease: null, lastRelease: null },
    ...{ hours: [], tags: [], notes: [], hashes: [], feedback: [], commit: null },
    releases: [{ release: '', environment: 'production', events: 1, firstAt: 1, lastAt: 1 }],
    ...change,
  },
});
const issues = [
  copied(1, 'too much'),
  copied(2, 'too little', { state: { kind: 'ignored', at: 1, until: null, events: null, users: null } }),
  copied(3, 'too late'),
];
const ids = (asked: Parameters<typeof listCopied>[1]) => listCopied(issues, asked).issues.map(({ id }) => id);

test('the_copy_is_asked_by_state_words_environment_and_order_as_the_server_is', () => {
  expect(ids({})).toEqual([1, 3]);
  expect(ids({ state: 'all' })).toEqual([1, 2, 3]);
  expect(ids({ state: 'all', sort: 'events' })).toEqual([3, 2, 1]);
  expect(ids({ search: 'LATE cart' })).toEqual([3]);
  expect(ids({ environment: 'preview' })).toEqual([]);
  expect(listCopied(issues, { state: 'ignored' }).total).toBe(1);
});
