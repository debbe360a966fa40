import { expect, test } from 'bun:test';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startOutsideLook } from './outside-look.ts';

test('what_a_server_gives_is_looked_at_from_here_and_told_to_it', async () => {
  let status = 200;
  const app = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  const told: unknown[] = [];
  const control = {
    call: async (method: string, params: unknown) => {
      if (method === 'checks.public')
        return {
          checks: [
            { id: 1, url },
            { id: 2, url: 'http://127.0.0.1:9/' },
          ],
        };
      told.push(params);
      return {};
    },
  };
  const older = { call: () => Promise.reject(new Error('there is no such method')) };
  const look = startOutsideLook({
    reachable: () => [
      { id: 'old', control: older },
      { id: 'new', control },
    ],
    from: 'the desktop of Kim',
    everyMs: 3_600_000,
  });
  await look.look();
  status = 503;
  await look.look();
  look.stop();
  app.close();
  expect(told).toMatchObject([
    {
      from: 'the desktop of Kim',
      results: expect.arrayContaining([expect.objectContaining({ id: 1, up: true })]),
    },
    {
      results: expect.arrayContaining([
        expect.objectContaining({ id: 1, up: false, why: 'it answered 503' }),
        expect.objectContaining({ id: 2, up: false }),
      ]),
    },
  ]);
});
