import { expect, test } from 'bun:test';
import * as z from 'zod/mini';
import { WindlassError } from '../../shared/errors.ts';
import { serverContract } from '../../shared/server-contract.ts';
import { parseParams } from './control-params.ts';

const refusal = (schema: z.ZodMiniType, input: unknown): string => {
  try {
    parseParams('m', schema, input);
  } catch (error) {
    expect(error).toBeInstanceOf(WindlassError);
    return error instanceof WindlassError ? `${error.code} ${error.message}` : '';
  }
  throw new Error('it was accepted');
};

const inner = z.object({
  size: z.number().check(z.int(), z.minimum(1), z.maximum(9)),
  kind: z.enum(['a', 'b']),
});

test.each<[z.ZodMiniType, unknown, string]>([
  [z.object({ app: z.string() }), {}, 'app: expected a string'],
  [z.object({ app: z.string() }), [], 'expected an object'],
  [
    z.object({ list: z.array(inner) }),
    { list: [{ size: 0, kind: 'a' }] },
    'list.0.size: expected at least 1',
  ],
  [
    z.object({ list: z.array(inner) }),
    { list: [{ size: 10, kind: 'a' }] },
    'list.0.size: expected at most 9',
  ],
  [inner, { size: 1.5, kind: 'a' }, 'size: expected an int'],
  [inner, { size: 1, kind: 'c' }, 'kind: expected "a" or "b"'],
  [z.object({ n: z.number().check(z.positive()) }), { n: 0 }, 'n: expected more than 0'],
  [z.strictObject({ a: z.optional(z.number()) }), { b: 1 }, 'unknown "b"'],
  [z.object({ s: z.string().check(z.maxLength(3)) }), { s: 'long' }, 's: expected at most 3 characters'],
  [z.union([z.string(), z.number()]), true, 'expected a string, or expected a number'],
  [z.record(z.string().check(z.regex(/^x/, 'starts with x')), z.string()), { y: '' }, 'y: starts with x'],
])('a_wrong_field_is_named_with_what_was_expected_%#', (schema, input, said) => {
  expect(refusal(schema, input)).toBe(`invalid m: ${said}`);
});

test('of_many_faults_three_are_named_and_the_rest_counted', () => {
  const schema = z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string(), e: z.string() });
  expect(refusal(schema, {})).toEndWith('c: expected a string; and 2 more');
});

test('the_contracts_own_words_are_used_and_the_value_is_never_quoted', () => {
  const { params } = serverContract['env.set'];
  const said = refusal(params, { app: 'Bad Name', set: { 'hunter-22': 'hunter22' } });
  expect(said).toContain('app: an app name has');
  expect(said).toContain('a variable name has');
  expect(said).not.toContain('hunter22');
});

test('an_unknown_source_kind_says_which_there_are', () => {
  const { params } = serverContract['deployments.create'];
  const said = refusal(params, { app: 'a', source: { kind: 'ftp' } });
  expect(said).toContain('source');
  expect(said).toContain('"upload" or "git" or "image" or "release"');
});

test('defaults_are_filled_in', () => {
  expect(parseParams('m', serverContract['apps.stop'].params, { app: 'a' })).toEqual({
    app: 'a',
    environment: 'production',
  });
});
