import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteStatus } from '../../shared/analytics/contract.ts';
import { openPlaces } from './places.ts';
import { placesFile } from './places-file.fixture.ts';
import { by, call, room, roomForEach, send, view } from './room.fixture.ts';

const ulm = {
  country: { iso_code: 'DE' },
  subdivisions: [{ names: { en: 'Baden-Württemberg' } }],
  city: { names: { en: 'Ulm' } },
};
const flat = { country_code: 'NZ', state1: 'Otago', city: 'Dunedin' };
const database = placesFile({
  '198.51.100.0/24': ulm,
  '203.0.113.0/25': flat,
  '203.0.113.128/25': { country: { iso_code: '<b>' }, city: 'x'.repeat(200) },
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-places-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
roomForEach();

const opened = (bytes: Uint8Array) => {
  const path = join(folder, 'places.mmdb');
  writeFileSync(path, bytes);
  return openPlaces(path);
};
const give = (bytes: Uint8Array) =>
  call<{ name: string; built: number }>(
    'analytics.places',
    {},
    { body: new Blob([Uint8Array.from(bytes)]).stream() },
  );

test('an_address_is_found_in_both_layouts_of_databases', () => {
  const { places, name, built } = opened(database);
  expect([name, built]).toEqual(['Test-City', 1_790_000_000_000]);
  expect(places.of('198.51.100.200')).toEqual({ country: 'DE', region: 'Baden-Württemberg', city: 'Ulm' });
  expect(places.of('203.0.113.5')).toEqual({ country: 'NZ', region: 'Otago', city: 'Dunedin' });
});

test('what_the_database_does_not_know_and_what_is_no_address_is_nowhere', () => {
  const { places } = opened(database);
  for (const address of ['198.51.101.1', '0.0.0.0', '255.255.255.255', '', 'localhost', '1.2.3.4.5'])
    expect(places.of(address)).toEqual({});
});

test('a_country_that_is_none_is_left_out_and_a_long_name_cut', () => {
  expect(opened(database).places.of('203.0.113.200')).toEqual({ city: 'x'.repeat(100) });
});

test('a_file_that_is_no_database_is_refused_and_the_one_before_it_stays', async () => {
  expect(await give(database)).toEqual({ name: 'Test-City', built: 1_790_000_000_000 });
  for (const bytes of [Buffer.alloc(0), Buffer.from('<html>not found</html>'), database.subarray(0, 60)])
    await expect(give(bytes)).rejects.toThrow('no database of places');
  expect(readdirSync(join(room.root, 'analytics'))).toEqual(['places.mmdb']);
  await send({ body: view('/') });
  expect(await by('country')).toEqual({ DE: 1 });
});

test('places_are_known_from_the_moment_a_database_is_given', async () => {
  await send({ body: view('/') });
  expect(await call<SiteStatus>('analytics.status', {})).toMatchObject({ places: false });
  await give(database);
  await send({ body: view('/'), client: '203.0.113.5' });
  await send({ body: view('/'), client: '192.0.2.1' });
  expect(await call<SiteStatus>('analytics.status', {})).toMatchObject({ places: true });
  // A day that was just read may be a little behind.
  room.now += 60_000;
  expect(await by('country')).toEqual({ '': 2, NZ: 1 });
  expect(await by('city')).toEqual({ '': 2, Dunedin: 1 });
});
