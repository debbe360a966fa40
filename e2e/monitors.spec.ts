/** Scheduled jobs that check in with Sentry's own clients: one that fails is one incident, closed when it is well again. */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openControl } from './fixtures/control.ts';
import { deploy } from './fixtures/deployment.ts';
import { run } from './fixtures/run.ts';
import { example, type Server } from './fixtures/server.ts';
import { expect, test } from './fixtures/test.ts';

interface Listed {
  incidents: { title: string; state: string; kind: string }[];
}

/** Where the suite installs it. */
const folder = fileURLToPath(new URL('../.cache/clients/sentry-sdks', import.meta.url));
const jobs = [
  {
    client: 'captureCheckIn',
    fails: [process.execPath, join(folder, 'app/check-in.mjs'), 'error'],
    works: [process.execPath, join(folder, 'app/check-in.mjs'), 'ok'],
  },
  {
    client: 'sentry-cli',
    fails: [join(folder, 'node_modules/.bin/sentry-cli'), 'monitors', 'run', 'nightly', '--', 'false'],
    works: [join(folder, 'node_modules/.bin/sentry-cli'), 'monitors', 'run', 'nightly', '--', 'true'],
  },
];

for (const { client, fails, works } of jobs) {
  test(`a_job_that_fails_by_${client}_opens_one_incident_and_closes_it_when_it_is_well`, async ({
    server,
  }) => {
    await deploy(server, 'shop', example('static'));
    const control = openControl(join(server.data, 'control.sock'));
    const { dsn } = (await control.call('errors.project', { app: 'shop' })) as { dsn: string };
    control.close();
    const env = { ...process.env, SENTRY_DSN: dsn };
    const states = async () => (await incidentsOf(server)).map(({ state }) => state);
    await run(works, { cwd: folder, env });
    expect(await states()).toEqual([]);
    await run(fails, { cwd: folder, env });
    await expect.poll(states).toEqual(['open']);
    await run(fails, { cwd: folder, env });
    await run(works, { cwd: folder, env });
    await expect.poll(states).toEqual(['resolved']);
  });
}

async function incidentsOf(server: Server): Promise<Listed['incidents']> {
  const { incidents } = await server.ask<Listed>('incidents');
  return incidents.filter(({ kind }) => kind === 'monitor.failing');
}
