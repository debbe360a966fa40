import { expect, test } from 'bun:test';
import { stableName } from './file-name.ts';

test.each([
  ['https://shop.example/assets/index-B2x9Qk1a.js', 'index.js'],
  ['https://shop.example/assets/index-DiwrgTda.js?v=3', 'index.js'],
  ['/assets/vendor-react-D_f3-k1x.js', 'vendor-react.js'],
  ['app:///_next/static/chunks/main-3f2a9c1b0d4e5f60.js', 'main.js'],
  ['/static/js/main.3f2a9c1b.chunk.js', 'main.chunk.js'],
  ['/static/js/4521.abc123de.js', '4521.js'],
  ['/app/src/user-settings.js', 'user-settings.js'],
  ['/app/src/userSettings.ts', 'usersettings.ts'],
  ['C:\\app\\Orders.cs', 'orders.cs'],
  ['lib-1.2.3.jar', 'lib.jar'],
])('%s is %s', (path, name) => {
  expect(stableName(path)).toBe(name);
});
