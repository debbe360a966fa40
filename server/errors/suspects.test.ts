import { expect, test } from 'bun:test';
import { suspectsOf } from './suspects.ts';

const commit = (id: string, ...files: string[]) => ({
  id,
  author: 'Ann',
  at: 1,
  subject: `does ${id}`,
  files,
});

test.each([
  ['/app/src/cart.js', 'src/cart.js', true],
  ['webpack://shop/./src/cart.js?7f3a', 'src/cart.js', true],
  ['app:///src/cart.js', 'packages/shop/src/cart.js', true],
  ['../../src/cart.js', 'src/cart.js', true],
  ['C:\\app\\src\\cart.py', 'src/cart.py', true],
  ['/app/server.js', 'server.js', true],
  ['/app/other/cart.js', 'src/cart.js', false],
  ['/app/index.js', 'src/index.js', false],
  ['/app/src/mycart.js', 'src/cart.js', false],
])('%s_is_%s_of_the_repository_%s', (frame, path, is) => {
  expect(suspectsOf([frame], [commit('a', path)])).toHaveLength(is ? 1 : 0);
});

test('the_innermost_frame_that_a_commit_touched_decides', () => {
  const commits = [
    commit('c', 'README.md'),
    commit('b', 'src/cart.js', 'src/main.js'),
    commit('a', 'src/main.js'),
  ];
  expect(suspectsOf(['/app/src/pay.js', '/app/src/cart.js', '/app/src/main.js'], commits)).toEqual([
    { id: 'b', author: 'Ann', at: 1, subject: 'does b', file: 'src/cart.js' },
  ]);
  expect(suspectsOf(['/app/src/main.js'], commits).map(({ id }) => id)).toEqual(['b', 'a']);
  expect(suspectsOf(['/app/src/nowhere.js'], commits)).toEqual([]);
});
