/** An app as one file, from one server to another: all of it arrives, and nothing secret that was not asked for. */

import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { config, startTestServer, type TestServer } from '../commands/server.fixture.ts';
import { openVariables, sealVariables } from './sealed-variables.ts';

// Whole servers start here, on machines that have other work too.
setDefaultTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), 'transfer-'));
const secret = 'hunter2-very-secret';
let here: TestServer;
let there: TestServer;
beforeAll(async () => {
  [here, there] = await Promise.all([startTestServer(), startTestServer()]);
  await here.control.call('env.set', { app: 'shop', set: { API_KEY: secret } });
  const deployed = await here.deploy('shop', {
    'server.js': `Bun.serve({ port: process.env.PORT, hostname: '127.0.0.1',
      fetch: async () => Response.json({ key: process.env.API_KEY, page: await Bun.file('pages/a.txt').text(),
        data: await Bun.file(process.env.WINDLASS_VOLUME_DB + '/data').text().catch(() => null) }) });`,
    'pages/a.txt': 'hello',
    'windlass.json': config({ volumes: [{ name: 'db', path: 'db' }] }),
  });
  expect(deployed.failure).toBeNull();
  await Bun.write(`${here.data}/volumes/shop/production/db/data`, 'precious');
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const exported = async (name: string, passphrase?: string) => {
  const file = join(folder, name);
  const chunks: Buffer[] = [];
  const result = await here.control.stream(
    'apps.export',
    { app: 'shop', volumes: true, ...(passphrase === undefined ? {} : { passphrase }) },
    ({ base64 }) => chunks.push(Buffer.from(base64, 'base64')),
  );
  writeFileSync(file, Buffer.concat(chunks));
  return { file, result };
};
const importInto = async (server: TestServer, file: string, more: { app: string; passphrase?: string }) => {
  const { upload } = await server.control.upload('uploads.create', {}, Bun.file(file));
  const imported = await server.control.call('apps.import', { upload, ...more });
  const { id } = imported.deployment;
  return { ...imported, deployed: await server.control.stream('deployments.follow', { id }, () => {}) };
};

test('with_its_passphrase_everything_arrives_and_the_file_shows_no_value', async () => {
  const { file, result } = await exported('all', 'correct horse');
  expect(result).toEqual({ release: 1, variables: 1, volumes: ['db'] });
  expect(gunzipSync(readFileSync(file)).includes(secret)).toBe(false);
  const { deployed, missing } = await importInto(there, file, { app: 'moved', passphrase: 'correct horse' });
  expect(deployed.failure).toBeNull();
  expect(missing).toEqual([]);
  expect(await (await there.get('moved')).json()).toEqual({ key: secret, page: 'hello', data: 'precious' });
});

test('a_wrong_passphrase_and_a_taken_name_are_refused_and_leave_nothing', async () => {
  const { file } = await exported('again', 'correct horse');
  await expect(importInto(there, file, { app: 'wrong', passphrase: 'incorrect horse' })).rejects.toThrow(
    'the variables cannot be read with this passphrase',
  );
  await expect(importInto(there, file, { app: 'moved' })).rejects.toThrow('there is an app called moved');
  const { apps } = await there.control.call('apps.list', {});
  expect(apps.map((app) => app.name)).toEqual(['moved']);
  expect((await Array.fromAsync(new Bun.Glob('**/*').scan(`${there.data}/builds`))).length).toBe(0);
});

test('without_secrets_the_verbs_name_what_is_missing', async () => {
  const file = join(folder, 'plain.windlass');
  const written = await here.cli('export', 'shop', file);
  expect(written.err).toBe('');
  expect(written.out).toContain('1 variable without their values');
  expect(gunzipSync(readFileSync(file)).includes(secret)).toBe(false);
  const read = await there.cli('import', file, '--as', 'plain');
  expect(read.code).toBe(0);
  expect(read.err).toContain('without values: API_KEY');
  expect(await (await there.get('plain')).json()).toEqual({ page: 'hello', data: null });
});

test('what_is_no_export_is_refused', async () => {
  const { upload } = await there.control.upload('uploads.create', {}, Bun.file(join(folder, 'all')));
  const bad = await Bun.$`tar -cf - -C ${import.meta.dir} manifest.ts`.quiet().arrayBuffer();
  const other = await there.control.upload('uploads.create', {}, new Uint8Array(bad));
  await expect(there.control.call('apps.import', { upload: other.upload })).rejects.toThrow(
    'this file is no exported app',
  );
  expect(upload).not.toBe(other.upload);
});

test('sealed_variables_open_with_their_passphrase_alone', async () => {
  const sealed = await sealVariables({ A: '1' }, 'a long passphrase');
  expect(await openVariables(sealed, 'a long passphrase')).toEqual({ A: '1' });
  await expect(openVariables(sealed, 'another passphrase')).rejects.toThrow('cannot be read');
  const bytes = Buffer.from(sealed, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await expect(openVariables(bytes.toString('base64'), 'a long passphrase')).rejects.toThrow(
    'cannot be read',
  );
});
