import { expect, test } from 'bun:test';
import type { Io } from './io.ts';
import { readSecretLine } from './secret-line.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

/** A terminal whose person types these keys. */
function typing(keys: string): { io: Io; shown: () => string; released: () => boolean } {
  const terminal = fakeTerminal({ isTTY: true });
  let released = false;
  const raw: Io['stdin']['raw'] = (onBytes) => {
    queueMicrotask(() => onBytes(new TextEncoder().encode(keys)));
    return () => {
      released = true;
    };
  };
  return {
    io: { ...terminal, stdin: { ...terminal.stdin, raw } },
    shown: () => terminal.out() + terminal.err(),
    released: () => released,
  };
}

test('what_is_typed_is_read_and_not_shown', async () => {
  const { io, shown, released } = typing('hunté\u007fer2\r');
  expect(await readSecretLine(io, 'password')).toBe('hunter2');
  expect(shown()).toBe('password (not shown): \n');
  expect(released()).toBe(true);
});

test('an_interrupt_gives_up_and_gives_the_terminal_back', async () => {
  const { io, released } = typing('hunt\u0003');
  await expect(readSecretLine(io, 'password')).rejects.toThrow('no password was given');
  expect(released()).toBe(true);
});

test('a_pipe_is_read_to_its_first_line_end', async () => {
  expect(await readSecretLine(fakeTerminal({ stdin: 'hunter2\nmore' }), 'password')).toBe('hunter2');
  expect(await readSecretLine(fakeTerminal({ stdin: '' }), 'password')).toBe('');
});
