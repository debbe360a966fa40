/** Runs Playwright in a browser of this machine and counts from its JSON report. */

import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, root } from '../root.ts';
import { type Ran, runProcess } from '../run-process.ts';
import type { Tally } from './suite.ts';

interface Stats {
  expected: number;
  unexpected: number;
  flaky: number;
  skipped: number;
}

const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What runs on any machine: a browser, and Electron where its own program is installed. */
export function usualProjects(): string[] {
  const electron = existsSync(join(root, 'node_modules/electron/path.txt'));
  return ['--project=browser', ...(electron ? ['--project=electron'] : [])];
}

/** `args` go to Playwright as they are. */
export async function playwright(args: readonly string[], timeoutMs: number): Promise<Tally> {
  const folder = join(cache, 'reports');
  const outfile = join(folder, 'e2e.json');
  await mkdir(folder, { recursive: true });
  await rm(outfile, { force: true });
  const ran = await runProcess(
    // Playwright's runner wants Node; whoever came here through npm has one.
    [
      'node',
      join(root, 'node_modules/playwright/cli.js'),
      'test',
      '--config',
      'e2e/playwright.config.ts',
      ...args,
    ],
    {
      cwd: root,
      output: 'keep',
      timeoutMs,
      env: {
        ...process.env,
        PLAYWRIGHT_JSON_OUTPUT_NAME: outfile,
        WINDLASS_BROWSER:
          process.env.WINDLASS_BROWSER ?? systemBrowsers.find((path) => existsSync(path)) ?? '',
      },
    },
  );
  return tally(ran, await readStats(outfile));
}

function tally(ran: Ran, stats: Stats | null): Tally {
  const total = stats === null ? 0 : stats.expected + stats.unexpected + stats.flaky + stats.skipped;
  if (stats === null || total === 0) {
    const report = `${ran.output}\ne2e: the runner ended with ${ran.code} and reported no test`;
    return { passed: 0, failed: 1, skipped: 0, report };
  }
  // A test that passed only when tried again is not a test that passes.
  const failed = stats.unexpected + stats.flaky;
  const unseen = ran.code !== 0 && failed === 0 ? 1 : 0;
  return {
    passed: stats.expected,
    failed: failed + unseen,
    skipped: stats.skipped,
    report: failed + unseen + stats.skipped > 0 ? ran.output : '',
  };
}

async function readStats(path: string): Promise<Stats | null> {
  const report: unknown = await Bun.file(path)
    .json()
    .catch(() => null);
  const stats = Object(Object(report).stats) as Record<string, unknown>;
  const { expected, unexpected, flaky, skipped } = stats;
  return [expected, unexpected, flaky, skipped].every(Number.isInteger)
    ? ({ expected, unexpected, flaky, skipped } as Stats)
    : null;
}
