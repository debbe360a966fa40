import { afterEach, beforeEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { createUploadStore } from './upload-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const store = (change = {}) =>
  createUploadStore({ folder, maxBytes: 1e6, freeFloor: 1, now: () => Date.now(), ...change });
const bodyOf = (...chunks: string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });

async function failure(work: Promise<unknown>): Promise<WindlassError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WindlassError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

test('an_upload_is_kept_whole_with_its_size_and_digest', async () => {
  const uploads = store();
  const { upload, bytes, sha256 } = await uploads.receive(bodyOf('hel', 'lo'), never);
  expect({ bytes, sha256 }).toEqual({ bytes: 5, sha256: createHash('sha256').update('hello').digest('hex') });
  expect(await readFile(await uploads.path(upload), 'utf8')).toBe('hello');
  await uploads.remove(upload);
  expect((await failure(uploads.path(upload))).code).toBe('not-found');
});

test('too_big_an_upload_is_a_limit_and_leaves_nothing', async () => {
  const error = await failure(store({ maxBytes: 4 }).receive(bodyOf('hel', 'lo'), never));
  expect(error.code).toBe('limit');
  expect(await readdir(folder)).toEqual([]);
});

test('a_full_disk_is_told_before_anything_is_written', async () => {
  const error = await failure(
    store({ freeFloor: 100, freeBytes: async () => 99 }).receive(bodyOf('x'), never),
  );
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'limit',
    message: 'the disk of the server is full',
  });
  expect(await readdir(folder)).toEqual([]);
});

test('a_disk_that_fills_up_on_the_way_is_a_limit_and_leaves_nothing', async () => {
  let free = 200;
  const chunk = 'x'.repeat(9e6);
  const filling = store({ maxBytes: 1e9, freeFloor: 100, freeBytes: async () => (free -= 60) });
  expect((await failure(filling.receive(bodyOf(chunk, chunk, chunk, chunk), never))).code).toBe('limit');
  expect(await readdir(folder)).toEqual([]);
});

test('a_client_that_goes_away_leaves_nothing', async () => {
  const gone = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(10));
      gone.abort();
    },
  });
  expect((await failure(store().receive(body, gone.signal))).code).toBe('cancelled');
  expect(await readdir(folder)).toEqual([]);
});

test('an_empty_upload_is_refused', async () => {
  expect((await failure(store().receive(bodyOf(), never))).code).toBe('invalid');
  expect(await readdir(folder)).toEqual([]);
});

test('ids_that_are_paths_are_not_found', async () => {
  await writeFile(join(folder, 'x.tar'), 'x');
  expect((await failure(store().path('../uploads/x'))).code).toBe('not-found');
  expect((await failure(store().path('x'))).code).toBe('not-found');
});

test('old_uploads_and_half_received_ones_of_earlier_processes_go_young_ones_stay', async () => {
  const uploads = store();
  const { upload: old } = await uploads.receive(bodyOf('old'), never);
  const { upload: young } = await uploads.receive(bodyOf('young'), never);
  await writeFile(join(folder, 'dead.part'), 'x');
  const dayAgo = Date.now() / 1000 - 25 * 3600;
  await utimes(await uploads.path(old), dayAgo, dayAgo);
  expect(await uploads.sweep()).toBe(2);
  expect(await readdir(folder)).toEqual([`${young}.tar`]);
});
