import { expect, test } from 'bun:test';
import { readPayload } from './read-payload.ts';

test('the_last_thrown_and_the_innermost_frame_come_first', () => {
  const frames = [
    { function: 'main', filename: 'a.js', lineno: 1 },
    { function: 'pay', filename: 'b.js', lineno: 7, colno: 3, in_app: true, context_line: 'pay();' },
  ];
  const shown = readPayload(
    JSON.stringify({
      exception: { values: [{ type: 'Cause' }, { type: 'Outer', value: 'boom', stacktrace: { frames } }] },
    }),
  );
  expect(shown.errors.map(({ type }) => type)).toEqual(['Outer', 'Cause']);
  expect(shown.errors[0]?.frames[0]).toMatchObject({
    function: 'pay',
    place: 'b.js:7:3',
    context: 'pay();',
    inApp: true,
  });
});

test.each([
  '',
  'null',
  '[]',
  '{"exception":7,"breadcrumbs":"x","tags":[1,["a"]],"contexts":[]}',
  '{"exception":{"values":[null,{"stacktrace":{"frames":[null]}}]}}',
])('a_payload_of_nonsense_is_shown_as_little: %s', (payload) => {
  expect(() => readPayload(payload)).not.toThrow();
});
