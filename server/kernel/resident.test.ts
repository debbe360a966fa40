import { expect, test } from 'bun:test';
import { readFileSync, readlinkSync } from 'node:fs';
import { programMappings } from './resident.ts';

/** A mapping as smaps has it, with `dirty` kB that are no longer the file's. */
const mapping = (head: string, dirty: number) => `${head}
Size:              25828 kB
Rss:                6688 kB
Anonymous:      ${String(dirty).padStart(8)} kB
VmFlags: rd ex mr mw me sd
`;
const smaps = [
  mapping('00200000-01a39000 r--p 00000000 fe:00 123      /opt/windlass', 0),
  mapping('01a40000-0684a000 r-xp 01839000 fe:00 123      /opt/windlass', 0),
  mapping('06850000-06867000 r--p 06640000 fe:00 123      /opt/windlass', 12),
  mapping('06867000-06a93000 rw-p 06650000 fe:00 123      /opt/windlass', 0),
  mapping('7f6c5d27f000-7f6c5d3d5000 r-xp 00026000 fe:00 9  /usr/lib/x86_64-linux-gnu/libc.so.6', 0),
  mapping('545cc200000-5460c200000 rw-p 00000000 00:00 0 ', 400),
].join('');

test('only_what_the_program_file_still_has_is_let_go_and_never_anything_writable', () => {
  expect(programMappings(smaps, '/opt/windlass')).toEqual([
    { from: 0x200000n, to: 0x1a39000n },
    { from: 0x1a40000n, to: 0x684a000n },
  ]);
});

test('a_program_that_was_replaced_while_it_runs_is_still_recognised', () => {
  const replaced = smaps.replaceAll('/opt/windlass', '/opt/windlass (deleted)');
  expect(programMappings(replaced, '/opt/windlass (deleted)')).toHaveLength(2);
  expect(programMappings(replaced, '/opt/windlass')).toEqual([]);
});

test.if(process.platform === 'linux')('the_running_program_has_such_a_mapping', () => {
  const found = programMappings(readFileSync('/proc/self/smaps', 'utf8'), readlinkSync('/proc/self/exe'));
  expect(found.length).toBeGreaterThan(0);
});
