import { expect, test } from 'bun:test';
import { WindlassError } from '../../shared/errors.ts';
import { createEvents } from './events.ts';
import { createLog, type LogOptions } from './log.ts';

const clock = { now: () => Date.UTC(2025, 0, 2, 3, 4, 5), monotonic: () => 0 };
const record = (options: Partial<LogOptions> = {}) => {
  const lines: string[] = [];
  const log = createLog({ write: (line) => lines.push(line), clock, redact: (text) => text, ...options });
  return { lines, log };
};
const only = (lines: string[]) => {
  expect(lines.length).toBe(1);
  return JSON.parse(lines[0] ?? '');
};

test('a_line_is_one_json_object_that_says_when_how_bad_and_from_whom', () => {
  const { lines, log } = record();
  log.child('proxy').warn('slow\nanswer', { ms: 12, big: 10n, none: undefined });
  expect(lines[0]).toEndWith('}\n');
  expect(lines[0]?.trimEnd()).not.toContain('\n');
  expect(only(lines)).toEqual({
    at: '2025-01-02T03:04:05.000Z',
    level: 'warn',
    from: 'proxy',
    message: 'slow\nanswer',
    ms: 12,
    big: '10',
  });
});

test('lines_below_the_level_are_not_written', () => {
  const { lines, log } = record({ level: 'warn' });
  log.debug('a');
  log.info('b');
  log.child('x').info('c');
  log.error('d');
  expect(only(lines).message).toBe('d');
});

test('an_error_is_written_with_its_stack_hint_and_chain_of_causes', () => {
  const { lines, log } = record();
  const root = Object.assign(new Error('disk'), { code: 'ENOSPC' });
  const error = new WindlassError('unavailable', 'cannot write', { hint: 'Free space.', cause: root });
  log.error('oops', { error });
  const line = only(lines);
  expect(line.error).toMatchObject({
    name: 'WindlassError',
    code: 'unavailable',
    message: 'cannot write',
    hint: 'Free space.',
    cause: { message: 'disk', code: 'ENOSPC' },
  });
  expect(line.error.stack).toContain('log.test.ts');
});

test('cycles_depth_and_length_are_bounded_and_nothing_thrown_reaches_the_caller', () => {
  const { lines, log } = record();
  const loop: Record<string, unknown> = { long: 'x'.repeat(100_000), bytes: new Uint8Array(9) };
  loop.self = loop;
  const error = new Error('a');
  error.cause = error;
  log.info('odd', {
    loop,
    error,
    map: new Map([['k', 1]]),
    get broken(): never {
      throw new Error('getter');
    },
  });
  log.info('fine', { loop, error, many: Array.from({ length: 5000 }, (_, index) => index) });
  const line = only(lines);
  expect(line.loop.self).toBe('[circular]');
  expect(line.error.cause).toBe('[circular]');
  expect(line.loop.bytes).toBe('[9 bytes]');
  expect(lines[0]?.length).toBeLessThan(40_000);
  const throwing = record({
    write: () => {
      throw new Error('closed');
    },
  });
  throwing.log.error('nobody hears');
});

test('secrets_go_through_redact_before_anything_is_written', () => {
  const { lines, log } = record({ redact: (text) => text.replaceAll('hunter22', '[secret]') });
  log.error('login hunter22', { error: new Error('with hunter22'), url: 'x?k=hunter22' });
  expect(lines.join('')).not.toContain('hunter22');
  expect(lines.join('')).toContain('[secret]');
});

test('on_a_terminal_a_line_is_short_and_an_error_below_it', () => {
  const { lines, log } = record({ format: 'human' });
  log.child('proxy').info('listens', { port: 80, host: 'a b' });
  expect(lines).toEqual(['03:04:05 info  proxy: listens port=80 host="a b"\n']);
  log.error('bad', { error: new Error('x', { cause: 'why' }) });
  expect(lines[1]).toContain('\n  Error: x');
  expect(lines[1]).toContain('\n    why');
});

const health = { service: 's', target: 't', healthy: true };

test('listeners_hear_in_order_until_they_leave_and_a_throwing_one_stops_nobody', async () => {
  const { lines, log } = record();
  const events = createEvents(log);
  const heard: string[] = [];
  events.on('target.health', () => heard.push('a'));
  events.on('target.health', () => {
    throw new Error('b');
  });
  events.on('target.health', async () => {
    throw new Error('late');
  });
  const off = events.on('target.health', () => heard.push('c'));
  events.emit('target.health', health);
  off();
  off();
  events.emit('target.health', health);
  await Promise.resolve();
  expect(heard).toEqual(['a', 'c', 'a']);
  expect(lines.length).toBe(4);
});

test('a_listener_that_leaves_or_joins_during_an_event_does_not_disturb_it', () => {
  const events = createEvents(record().log);
  const heard: string[] = [];
  const off = events.on('target.health', () => {
    heard.push('first');
    off();
    events.on('target.health', () => heard.push('new'));
  });
  events.on('target.health', () => heard.push('second'));
  events.emit('target.health', health);
  expect(heard).toEqual(['first', 'second']);
  events.emit('target.health', health);
  expect(heard).toEqual(['first', 'second', 'second', 'new']);
});
