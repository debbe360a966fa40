/** How the end-to-end tests run: the built file, one test at a time, in a browser of this machine. */

import { existsSync } from 'node:fs';
import { defineConfig } from 'playwright/test';

const browsers = [
  process.env.WINDLASS_BROWSER,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const browser = browsers.find((path) => path !== undefined && path !== '' && existsSync(path));

export default defineConfig({
  testDir: '.',
  outputDir: '../.cache/e2e',
  // Servers under test build apps and count lost requests: two at once would only disturb each other.
  workers: 1,
  timeout: 90_000,
  projects: [
    { name: 'browser', testIgnore: [/\.server\.spec\.ts$/, /\.electron\.spec\.ts$/] },
    // With real Debian hosts, which need a container engine: the suite of servers runs these.
    { name: 'servers', testMatch: /\.server\.spec\.ts$/ },
    // Only where Electron's own program is installed.
    { name: 'electron', testMatch: /\.electron\.spec\.ts$/ },
  ],
  forbidOnly: process.env.CI !== undefined,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME === undefined ? [['list']] : [['list'], ['json']],
  use: {
    headless: true,
    colorScheme: 'light',
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(browser === undefined ? {} : { executablePath: browser }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
