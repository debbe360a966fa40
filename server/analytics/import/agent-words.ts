/** Umami's words for browsers, systems and devices, as they are called here. */

import type { VisitTraits } from '../../../shared/analytics/hit.ts';
import { clean } from '../report.ts';
import type { CsvRow } from './csv-rows.ts';

const browsers: Readonly<Record<string, string>> = {
  chrome: 'Chrome',
  crios: 'Chrome',
  firefox: 'Firefox',
  fxios: 'Firefox',
  safari: 'Safari',
  ios: 'Safari',
  'ios-webview': 'Safari',
  edge: 'Edge',
  'edge-chromium': 'Edge',
  'edge-ios': 'Edge',
  opera: 'Opera',
  samsung: 'Samsung Browser',
};
const devices: Readonly<Record<string, string>> = {
  desktop: 'Desktop',
  laptop: 'Desktop',
  mobile: 'Mobile',
  tablet: 'Tablet',
};

export function agentClass({ browser = '', os = '', device = '' }: CsvRow): VisitTraits {
  return {
    browser: browsers[browser.toLowerCase()] ?? clean(browser, 100),
    os: os.startsWith('Windows')
      ? 'Windows'
      : os.startsWith('Android')
        ? 'Android'
        : os === 'Mac OS'
          ? 'macOS'
          : clean(os, 100),
    device: devices[device.toLowerCase()] ?? clean(device, 100),
  };
}
