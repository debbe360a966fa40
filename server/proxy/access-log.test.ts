import { expect, test } from 'bun:test';
import type { Cell, Telemetry } from '../kernel/telemetry.ts';
import { accessRow, createAccessLog, requestsTable } from './access-log.ts';
import type { AccessEntry } from './service.ts';

const entry: AccessEntry = {
  at: 1,
  service: 'shop/production',
  release: 2,
  target: 'i1',
  client: '192.0.2.1',
  method: 'GET',
  host: 'shop.test',
  path: '/reset?token=hunter2',
  status: 200,
  bytesIn: 0,
  bytesOut: 5,
  ms: 1.5,
  upstreamMs: 1,
  userAgent: 'curl',
  referrer: 'https://shop.test/login?code=hunter2#x',
};

test('a_row_has_a_cell_for_every_column', () => {
  expect(accessRow(entry)).toHaveLength(Object.keys(requestsTable.columns).length);
});

test('queries_are_never_stored', () => {
  expect(JSON.stringify(accessRow(entry))).not.toContain('hunter2');
  expect(accessRow(entry)).toContain('/reset');
  expect(accessRow(entry)).toContain('https://shop.test/login');
});

test('what_clients_choose_is_bounded', () => {
  const long = 'x'.repeat(100_000);
  const row = accessRow({ ...entry, method: long, host: long, path: long, userAgent: long, referrer: long });
  expect(JSON.stringify(row).length).toBeLessThan(5000);
});

test('each_entry_is_appended_once', () => {
  const rows: [string, readonly Cell[]][] = [];
  const telemetry: Telemetry = {
    define: (table) => expect(table).toBe(requestsTable),
    append: (table, row) => rows.push([table, row]),
    query: async () => [],
    flush: async () => {},
    counts: { taken: 0, written: 0, dropped: 0 },
    close: async () => {},
  };
  createAccessLog(telemetry, () => {}).record(entry);
  expect(rows).toEqual([['requests', accessRow(entry)]]);
});
