import { expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DeskRig, deskRig, envelope, thrown } from './desk-rig.ts';
import { answer } from './questions.ts';
import type { EventDetails } from './read/event-details.ts';

const other = { project: { id: 2, app: 'other', rules: '' }, release: 'other@1' };
const map = JSON.stringify({
  version: 3,
  sources: ['a.ts'],
  mappings: 'AAAA',
  sourcesContent: ['unmistakable'],
});

/** What is one by one in the files, its compression undone where it has one. */
function everyByte(rig: DeskRig): string {
  const chunks = [...rig.desk.files.all()].flatMap(({ db }) =>
    db.query<{ bytes: Uint8Array }, []>('SELECT bytes FROM chunks').all(),
  );
  const files = readdirSync(rig.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return [...files, ...chunks.map(({ bytes }) => Bun.zstdDecompressSync(bytes))]
    .map((bytes) => Buffer.from(bytes).toString('latin1'))
    .join();
}

function fill(rig: DeskRig, change: object = {}): string {
  rig.submit(envelope({}, ['session', { sid: 's', attrs: { release: 'r' } }]), change);
  rig.submit(envelope({}, ['check_in', { monitor_slug: 'nightly', status: 'ok' }]), change);
  rig.submit(envelope({}, ['feedback', { contexts: { feedback: { message: 'it is slow' } } }]), change);
  return rig.event(thrown('TypeError', 'a fault', 'pay'), change);
}

test('of_a_removed_project_nothing_is_left_even_in_chunks_it_shared', () => {
  using rig = deskRig();
  rig.desk.maps.put({ project: 1, release: 'shop@1', file: 'a.js', debugId: '' }, Buffer.from(map), rig.now);
  const ours = fill(rig);
  const theirs = fill(rig, other);
  const shared = [
    { id: 'a'.repeat(32), project: { id: 1, app: 'shop', rules: '' }, message: 'quixotic payload' },
    { id: 'b'.repeat(32), project: other.project, message: 'an ordinary one' },
  ].map(({ id, project, message }) => ({
    project,
    body: Buffer.from(envelope({ event_id: id }, ['event', { message }])),
  }));
  rig.desk.take(
    shared.map((each) => ({
      ...({ form: 'envelope', encoding: '', contentType: '', now: rig.now } as const),
      ...{ release: null, environment: 'production' },
      ...each,
    })),
  );
  expect(everyByte(rig).includes('quixotic')).toBe(true);

  answer(rig.desk, { name: 'forget-project', project: 1 });
  expect(everyByte(rig).includes('quixotic')).toBe(false);
  for (const id of [ours, 'a'.repeat(32)]) {
    expect(() => answer(rig.desk, { name: 'event', id })).toThrow('not kept');
  }
  for (const name of ['monitors', 'releases', 'dropped'] as const) {
    expect(Object.values(answer(rig.desk, { name, project: 1 }) as object)[0]).toEqual([]);
  }
  for (const id of [theirs, 'b'.repeat(32)]) {
    expect((answer(rig.desk, { name: 'event', id }) as EventDetails).head.id).toBe(id);
  }
  const kept = answer(rig.desk, { name: 'event', id: 'b'.repeat(32) }) as EventDetails;
  expect(JSON.parse(kept.payload)).toMatchObject({ message: 'an ordinary one' });
  expect(answer(rig.desk, { name: 'monitors', project: 2 })).toMatchObject({
    monitors: [{ slug: 'nightly' }],
  });
  expect(readdirSync(join(rig.folder, 'maps'))).toEqual([]);
  expect(rig.faults).toEqual([]);
});

test('files_that_only_it_had_go_and_the_next_event_begins_a_new_one', () => {
  using rig = deskRig();
  fill(rig);
  answer(rig.desk, { name: 'forget-project', project: 1 });
  expect(readdirSync(rig.folder).filter((name) => name.startsWith('events-'))).toEqual([]);
  const id = rig.event({ message: 'back again' });
  expect((answer(rig.desk, { name: 'event', id }) as EventDetails).head.id).toBe(id);
  expect(rig.faults).toEqual([]);
});

test('parts_of_uploads_that_were_never_put_together_go_with_their_project_alone', () => {
  using rig = deskRig();
  for (const project of ['1', '2']) {
    mkdirSync(join(rig.folder, 'uploads', project), { recursive: true });
    writeFileSync(join(rig.folder, 'uploads', project, 'a'.repeat(40)), 'part of a bundle');
  }
  answer(rig.desk, { name: 'forget-project', project: 1 });
  expect(existsSync(join(rig.folder, 'uploads', '1'))).toBe(false);
  expect(existsSync(join(rig.folder, 'uploads', '2', 'a'.repeat(40)))).toBe(true);
});
