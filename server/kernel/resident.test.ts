import { expect, test } from 'bun:test';
import { readFileSync, readlinkSync } from 'node:fs';
import { programMappings } from './resident.ts';

const maps = `00200000-01a39000 r--p 00000000 fe:00 123      /opt/windlass
01a40000-0684a000 r-xp 01839000 fe:00 123      /opt/windlass
06867000-06a93000 rw-p 06650000 fe:00 123      /opt/windlass
7f6c5d27f000-7f6c5d3d5000 r-xp 00026000 fe:00 9  /usr/lib/x86_64-linux-gnu/libc.so.6
545cc200000-5460c200000 rw-p 00000000 00:00 0
`;

test('only_the_code_of_the_program_itself_is_let_go_and_never_anything_writable', () => {
  expect(programMappings(maps, '/opt/windlass')).toEqual([{ from: 0x1a40000n, to: 0x684a000n }]);
});

test('a_program_that_was_replaced_while_it_runs_is_still_recognised', () => {
  const replaced = maps.replaceAll('/opt/windlass', '/opt/windlass (deleted)');
  expect(programMappings(replaced, '/opt/windlass (deleted)')).toHaveLength(1);
  expect(programMappings(replaced, '/opt/windlass')).toEqual([]);
});

test.if(process.platform === 'linux')('the_running_program_has_such_a_mapping', () => {
  const found = programMappings(readFileSync('/proc/self/maps', 'utf8'), readlinkSync('/proc/self/exe'));
  expect(found.length).toBeGreaterThan(0);
});
