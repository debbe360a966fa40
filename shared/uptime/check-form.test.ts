import { expect, test } from 'bun:test';
import { checkSettings, target } from './check.ts';
import { checkFields, fieldsOf } from './check-fields.ts';
import { formed, textsOf } from './check-form.ts';

const others = [{ id: 7, name: 'db' }];
const base = { name: 'api', target: { kind: 'http', url: 'https://example.com/' } } as const;

const whole: Record<string, string> = {
  method: 'POST',
  headers: 'Accept: application/json\nX-Key: a: b',
  body: '{"ping":1}',
  user: 'me',
  password: 'secret',
  follow: 'yes',
  status: '200,204',
  expect: 'ok',
  lacks: 'error',
  'json-path': 'a.b[0]',
  'json-equals': 'fine',
  within: '800',
  'cert-days': '14',
  issuer: "Let's Encrypt",
  ca: 'PEM\n',
  every: '30',
  timeout: '7',
  failures: '4',
  successes: '5',
  'depends-on': 'db',
  confirm: '3',
  severity: 'warning',
  private: 'yes',
};

test('every_setting_of_an_http_check_can_be_said_and_read_back', () => {
  expect(Object.keys(whole).sort()).toEqual(
    fieldsOf('http')
      .map(({ name }) => name)
      .sort(),
  );
  const made = formed(base, whole, others);
  if (made.kind === 'wrong') throw new Error(made.at);
  expect(made.settings).toEqual({
    name: 'api',
    target: {
      kind: 'http',
      url: 'https://example.com/',
      method: 'POST',
      headers: { Accept: 'application/json', 'X-Key': 'a: b' },
      body: '{"ping":1}',
      user: 'me',
      password: 'secret',
      follow: true,
      ca: 'PEM\n',
      expect: {
        status: '200,204',
        contains: 'ok',
        lacks: 'error',
        json: { path: 'a.b[0]', equals: 'fine' },
        withinMs: 800,
        certificateDays: 14,
        issuer: "Let's Encrypt",
      },
    },
    everySeconds: 30,
    timeoutSeconds: 7,
    failures: 4,
    successes: 5,
    dependsOn: 7,
    confirmMinutes: 3,
    severity: 'warning',
    allowPrivate: true,
    paused: false,
  });
  expect(textsOf(made.settings, others)).toEqual(whole);
});

test('what_is_emptied_is_no_longer_looked_at', () => {
  const made = formed(base, whole, others);
  if (made.kind === 'wrong') throw new Error(made.at);
  const empty = Object.fromEntries(Object.keys(whole).map((name) => [name, '']));
  expect(formed(made.settings, empty, others)).toEqual({
    kind: 'formed',
    settings: checkSettings.parse(base),
  });
});

test('a_path_without_a_value_and_a_header_with_a_second_line_are_refused', () => {
  const wrongs = [
    { 'json-path': 'a' },
    { 'json-equals': 'a' },
    { headers: 'X: 1\nY' },
    { headers: 'X Y: 1' },
    { 'depends-on': 'nobody' },
    { within: 'soon' },
    { status: 'good' },
    { method: 'BREW' },
    { failures: '21' },
  ].map((texts) => formed(base, texts, others).kind);
  expect(new Set(wrongs)).toEqual(new Set(['wrong']));
  expect(formed(base, { within: 'soon' }, others)).toMatchObject({ field: { name: 'within' } });
});

test('fields_say_where_they_stand_in_the_contract_and_explain_themselves', () => {
  for (const field of checkFields) {
    expect(field.hint.length).toBeGreaterThan(20);
    for (const [kind, at] of Object.entries(field.at)) {
      const option = target.def.options.find(({ shape }) => shape.kind.def.values[0] === kind);
      const [first = '', second = ''] = at.split('.');
      const shape: object = first === 'target' ? (option?.shape ?? {}) : checkSettings.shape;
      expect(Object.keys(shape)).toContain(first === 'target' ? second : first);
    }
  }
});
