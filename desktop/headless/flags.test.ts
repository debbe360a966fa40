import { expect, test } from 'bun:test';
import { readFlags } from './flags.ts';

const needed = ['--renderer', 'r', '--files', 'f'];

test('flags_are_read_and_the_port_is_any_free_one_unless_named', () => {
  expect(readFlags([...needed, '--headless'])).toMatchObject({ flags: { port: 0, socket: undefined } });
  expect(readFlags([...needed, '--port', '9000', '--socket', 's'])).toMatchObject({
    flags: { port: 9000, socket: 's' },
  });
});
test('what_is_not_understood_is_said_with_what_is', () => {
  for (const bad of [['--bogus'], ['--port', 'x'], ['--port', '70000'], ['word']]) {
    const read = readFlags([...needed, ...bad]);
    expect(read).toMatchObject({ kind: 'wrong', message: expect.stringContaining('It knows --port') });
  }
  expect(readFlags([])).toMatchObject({ kind: 'wrong' });
});
