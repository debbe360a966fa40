import { expect, test } from 'bun:test';
import { WindlassError } from '../errors.ts';
import { parseConfigFile } from './config-file.ts';

function failure(text: string): { code: string; message: string; hint: string | undefined } {
  try {
    parseConfigFile(text);
  } catch (error) {
    if (error instanceof WindlassError) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('it was taken');
}

test('comments_trailing_commas_and_a_byte_order_mark_are_allowed', () => {
  const text = '\uFEFF{\n // how it runs\n "start": "node server.js", /* two */ "instances": 2,\n}';
  expect(parseConfigFile(text)).toEqual({ start: 'node server.js', instances: 2 });
});

test('an_empty_object_is_a_config', () => {
  expect(parseConfigFile('{}')).toEqual({});
});

test('a_misspelt_key_is_located_and_the_right_one_suggested', () => {
  const { code, message, hint } = failure('{\n  "strat": "node server.js"\n}');
  expect(code).toBe('invalid');
  expect(message).toBe('windlass.json, line 2, column 3: unknown key "strat"');
  expect(hint).toBe('Did you mean "start"?');
});

test('a_misspelt_key_in_a_list_is_told_before_the_missing_one_it_causes', () => {
  const { message, hint } = failure('{\n "volumes": [\n  {"nam": "data", "path": "/data"}\n ]\n}');
  expect(message).toBe('windlass.json, line 3, column 4: unknown key "nam" in volumes[0]');
  expect(hint).toBe('Did you mean "name"?');
});

test('a_key_like_no_other_gets_the_list_of_keys', () => {
  expect(failure('{"limits": {"xylophone": 1}}').hint).toBe('It may have: memory, cpu.');
});

const rows: [name: string, text: string, message: string][] = [
  ['a_wrong_type', '{"port": "3000"}', 'line 1, column 10: port: expected a number, found "3000"'],
  ['a_fraction', '{"instances": 1.5}', 'line 1, column 15: instances: expected a whole number, found 1.5'],
  ['a_wrong_text', '{"start": 5}', 'line 1, column 11: start: expected text in double quotes, found 5'],
  [
    'a_too_big_number',
    '{"port": 70000}',
    'line 1, column 10: port: expected a number of at most 65535, found 70000',
  ],
  ['a_zero', '{"limits": {"cpu": 0}}', 'line 1, column 20: limits.cpu: expected a number above 0, found 0'],
  [
    'a_zero_count',
    '{"instances": 0}',
    'line 1, column 15: instances: expected a number of at least 1, found 0',
  ],
  ['an_empty_list', '{"routes": []}', 'line 1, column 12: routes: expected at least 1 entry, found a list'],
  ['a_list', '[]', 'line 1, column 1: expected an object, found a list'],
  [
    'a_missing_key',
    '{"volumes": [{"name": "a"}]}',
    'line 1, column 14: volumes[0].path: expected text in double quotes, found nothing',
  ],
  [
    'a_boolean',
    '{"static": {"spa": "yes"}}',
    'line 1, column 20: static.spa: expected true or false, found "yes"',
  ],
  [
    'a_missing_comma',
    '{\n "start": "a"\n "port": 1\n}',
    'line 3, column 2: expected "," before the next entry, found "\\""',
  ],
  ['a_missing_brace', '{"port": 1', 'line 1, column 11: expected "}", found the end of the file'],
  ['an_empty_file', '', 'line 1, column 1: expected a value, found the end of the file'],
  [
    'a_bare_word',
    '{"start": node}',
    'line 1, column 11: expected a value: text needs double quotes, found "n"',
  ],
  ['a_key_twice', '{"port": 1,\n"port": 2}', 'line 2, column 1: "port" is set twice, expected it once'],
];
for (const [name, text, message] of rows) {
  test(`${name}_is_refused_with_its_place`, () => {
    expect(failure(text).message).toBe(`windlass.json, ${message}`);
  });
}

test('a_size_without_a_unit_says_how_sizes_are_written', () => {
  expect(failure('{"limits": {"memory": "512"}}').message).toContain('like "512m"');
});

test('an_unknown_preset_suggests_the_nearest', () => {
  expect(failure('{"build": {"preset": "next"}}').message).toContain('expected one of "auto"');
  expect(failure('{"build": {"preset": "nextj"}}').hint).toBe('Did you mean "nextjs"?');
});
