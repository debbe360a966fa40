import { expect, test } from 'bun:test';
import { agentOf, screenClass } from './agent.ts';

const said: Record<string, string> = {
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36':
    'Chrome 131 Windows 10 Desktop',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0':
    'Edge 131 Windows 10 Desktop',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15':
    'Safari 17 macOS 10 Desktop',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1':
    'Safari 17 iOS 17 Mobile',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1':
    'Chrome 131 iOS 17 Mobile',
  'Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1':
    'Safari 16 iPadOS 16 Tablet',
  'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0': 'Firefox 133 Linux  Desktop',
  'Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36':
    'Samsung Browser 23 Android 14 Mobile',
  'Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36':
    'Chrome 120 Android 13 Tablet',
  nonsense: '    Desktop',
};

for (const [text, expected] of Object.entries(said)) {
  test(`"${text.slice(0, 60)}"_is_${expected}`, () => {
    const { browser, browser_version, os, os_version, device } = agentOf(text);
    expect([browser, browser_version, os, os_version, device].join(' ')).toBe(expected);
  });
}

test('a_screen_that_is_not_known_has_no_class', () => {
  expect([screenClass(390), screenClass(1920), screenClass(0), screenClass(Number.NaN)]).toEqual([
    'Mobile',
    'Desktop',
    '',
    '',
  ]);
});
