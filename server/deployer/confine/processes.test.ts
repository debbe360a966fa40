/** The lines of the process table, as Linux and macOS write them. */

import { expect, test } from 'bun:test';
import { isAlive, listProcesses, parsePs, parseStat, readProcess } from './processes.ts';

test('a_name_with_spaces_and_parentheses_does_not_shift_the_fields', () => {
  const rest = `S 1 42 41 ${'0 '.repeat(15)}987654 1000 25 0`;
  const row = parseStat(`42 (a) (b c) ${rest}`);
  expect(row).toMatchObject({
    pid: 42,
    parent: 1,
    group: 42,
    session: 41,
    startTime: '987654',
    zombie: false,
  });
});

test('a_line_of_ps_is_read_with_its_date_as_one_field', () => {
  const rows = parsePs(
    '  501   1   501  20480 Ss   Mon Nov 23 15:03:01 2026    \n  502 501 501 0 Z+ Mon Nov 23 15:03:02 2026\n\n',
  );
  expect(rows).toEqual([
    {
      pid: 501,
      parent: 1,
      group: 501,
      session: 0,
      zombie: false,
      resident: 20480 * 1024,
      startTime: 'Mon Nov 23 15:03:01 2026',
    },
    {
      pid: 502,
      parent: 501,
      group: 501,
      session: 0,
      zombie: true,
      resident: 0,
      startTime: 'Mon Nov 23 15:03:02 2026',
    },
  ]);
});

test('this_process_is_in_the_table_and_alive_only_with_its_own_start_time', () => {
  const own = readProcess(process.pid);
  expect(listProcesses().map((row) => row.pid)).toContain(process.pid);
  expect(own?.resident).toBeGreaterThan(1024 * 1024);
  expect(isAlive(process.pid, own?.startTime ?? '')).toBe(true);
  expect(isAlive(process.pid, 'another')).toBe(false);
});
