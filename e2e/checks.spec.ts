/** An app that starts to answer 500: one incident with its release, told once, closed when it is well again. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { deploy } from './fixtures/deployment.ts';
import { writeFiles } from './fixtures/files.ts';
import { expect, test } from './fixtures/test.ts';

interface Listed {
  incidents: {
    state: string;
    title: string;
    app: string | null;
    release: number | null;
    deployment: string | null;
  }[];
}

const server500 = `let status = 200;
Bun.serve({
  port: Number(process.env.PORT),
  hostname: '127.0.0.1',
  fetch(request) {
    if (request.url.endsWith('/break')) status = 500;
    if (request.url.endsWith('/mend')) status = 200;
    return new Response('shop', { status });
  },
});
`;

test('an_app_that_starts_to_answer_500_is_one_incident_until_it_is_well', async ({ server, folder }) => {
  const told: { state: string; title: string }[] = [];
  const ops = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      told.push(JSON.parse(body).data);
      response.end();
    });
  });
  await new Promise<void>((resolve) => ops.listen(0, '127.0.0.1', resolve));
  const url = `url=http://127.0.0.1:${(ops.address() as AddressInfo).port}/`;
  await server.ask('notify', 'add', 'webhook', 'ops', url);
  const source = await writeFiles(join(folder, 'shop'), {
    'windlass.json': { start: 'bun server.js', health: { watch: 0.2 } },
    'server.js': server500,
  });
  const deployment = await deploy(server, 'shop', source, '--wait');
  const look = async (times: number) => {
    for (let turn = 0; turn < times; turn++) await server.cli('checks', 'run', 'shop');
  };
  const incidents = async () =>
    (await server.ask<Listed>('incidents')).incidents.filter(({ app }) => app === 'shop');

  await look(1);
  await server.get('shop', '/break');
  await look(2);
  expect(await incidents()).toEqual([]);
  await look(3);
  expect(await incidents()).toMatchObject([
    { state: 'open', title: 'shop: it answered 500', release: deployment.release, deployment: deployment.id },
  ]);
  await server.get('shop', '/mend');
  await look(2);
  expect((await incidents()).map(({ state }) => state)).toEqual(['resolved']);
  await expect.poll(() => told.map(({ state }) => state)).toEqual(['opened', 'resolved']);
  ops.close();
});
