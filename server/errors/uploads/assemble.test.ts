import { afterEach, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAssembler } from './assemble.ts';
import { createChunkStore } from './chunk-store.ts';

const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

let folder = '';
afterEach(() => rm(folder, { recursive: true, force: true }));

async function assembler() {
  folder = await mkdtemp(join(tmpdir(), 'chunks-'));
  const chunks = createChunkStore(folder, Date.now);
  const taken: unknown[] = [];
  const line = {
    ask: async <T>(question: unknown) => {
      taken.push(question);
      return null as T;
    },
  };
  const made = createAssembler({ chunks, line, now: Date.now });
  /** As clients do: until it is no longer under way. */
  const settled = async (body: object) => {
    for (;;) {
      const state = made.ask(1, body);
      if (state?.state !== 'assembling') return state;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { chunks, taken, settled };
}

test('parts_that_do_not_make_up_the_whole_are_refused_and_leave_nothing', async () => {
  const { chunks, taken, settled } = await assembler();
  await chunks.put(1, sha1('a'), Buffer.from('a'));
  const state = await settled({ checksum: sha1('other'), chunks: [sha1('a')] });
  expect(state).toMatchObject({ state: 'error', detail: expect.stringContaining('checksum') });
  expect(taken).toEqual([]);
  expect(await readdir(join(folder, '1'))).toEqual([]);
});

test('a_disk_that_fails_is_not_told_as_a_wrong_checksum_and_what_came_is_kept', async () => {
  const { chunks, taken, settled } = await assembler();
  await chunks.put(1, sha1('a'), Buffer.from('a'));
  const body = { checksum: sha1('a'), chunks: [sha1('a')] };
  const { assemble } = chunks;
  chunks.assemble = () => Promise.reject(new Error('ENOSPC'));
  expect(await settled(body)).toMatchObject({ state: 'error', detail: expect.stringContaining('disk') });
  expect(await readdir(join(folder, '1'))).toEqual([sha1('a')]);
  chunks.assemble = assemble;
  expect(await settled(body)).toEqual({ state: 'ok', missingChunks: [] });
  expect(taken).toHaveLength(1);
});
