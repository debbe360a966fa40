/** The whole server on a data folder of its own: what the contract promises is there. */

import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wire } from '../shared/rpc.ts';
import { serverContract } from '../shared/server-contract.ts';
import { type Server, startServer } from './start-server.ts';

let folder = '';
let server: Server;
const socket = () => join(folder, 'c.sock');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windlass-whole-'));
  server = await startServer({
    data: join(folder, 'data'),
    socket: socket(),
    http: { hostname: '127.0.0.1', port: 0 },
    https: { port: 0 },
    baseDomain: 'localhost',
    runtime: 'native',
    forwarders: 0,
    execPath: process.execPath,
    argv: [],
    self: [process.execPath],
    program: null,
    takeOver: null,
    env: { HOME: folder, PATH: process.env.PATH },
    version: 'test',
    logLevel: 'error',
    logFormat: 'json',
    writeLog: () => undefined,
  });
});
afterAll(async () => {
  await server.stop({ endInstances: true });
  await rm(folder, { recursive: true, force: true });
});

function ask(method: string): Promise<Response> {
  // A list is nobody's params: it is refused at the door, and nothing happens.
  return fetch(`http://control${wire.prefix}${method}`, {
    unix: socket(),
    method: 'POST',
    body: '[]',
    headers: { [wire.paramsHeader]: '[]' },
  });
}

test('every_method_of_the_contract_is_parsed_by_its_own_block_and_has_a_feature_behind_it', async () => {
  const answers = new Map<string, number>();
  for (const method of Object.keys(serverContract)) answers.set(method, (await ask(method)).status);
  expect(answers.size).toBeGreaterThan(100);
  expect([...answers].filter(([, status]) => status !== 400)).toEqual([]);
});

test('what_is_not_in_the_contract_reaches_nobody', async () => {
  for (const method of ['constructor', 'toString', '__proto__', 'apps.nonsense', '']) {
    expect((await ask(method)).status).toBe(404);
  }
});
