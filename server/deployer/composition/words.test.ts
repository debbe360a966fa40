// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files
import { expect, test } from 'bun:test';
import { parseDuration, parsePort, parseSize, splitWords } from './amounts.ts';
import { closure, inOrder, isTask } from './arrange.ts';
import { parseDotEnv } from './dot-env.ts';
import { fillSurroundings } from './fill.ts';
import { interpolate } from './interpolate.ts';

const lookup = (name: string) => ({ SET: 'value', EMPTY: '' })[name];

test('variables_are_filled_as_the_specification_has_it', () => {
  const cases: [string, string][] = [
    ['$SET-${SET}', 'value-value'],
    ['$$SET', '$SET'],
    ['${EMPTY:-other}', 'other'],
    ['${EMPTY-other}', ''],
    ['${NONE-other}', 'other'],
    ['${NONE:-${SET}!}', 'value!'],
    ['${SET:+yes}${EMPTY:+no}${EMPTY+yes}', 'yesyes'],
    ['${NONE}', ''],
    ['plain', 'plain'],
  ];
  for (const [text, filled] of cases) expect(interpolate(text, lookup)).toBe(filled);
});

test('variables_that_must_be_set_and_expressions_that_are_none_are_refused', () => {
  for (const text of ['${NONE:?}', '${EMPTY:?why}', '${NONE?x}', '${', '${1}', '$!', '${SET%x}']) {
    expect(() => interpolate(text, lookup)).toThrow();
  }
  expect(interpolate('${EMPTY?x}', lookup)).toBe('');
});

test('a_text_nested_without_end_is_refused', () => {
  const deep = `${'${NONE:-'.repeat(50)}${'}'.repeat(50)}`;
  expect(() => interpolate(deep, lookup)).toThrow('nested');
});

test('durations_sizes_and_ports_are_read_or_refused', () => {
  expect(parseDuration('1h2m3.5s')).toBe(3_723_500);
  expect(parseDuration('500ms')).toBe(500);
  for (const text of ['', '5', 's', '1d', '-1s']) expect(parseDuration(text)).toBeNull();
  expect(parseSize('1gb')).toBe(1024 ** 3);
  expect(parseSize('64k')).toBe(65_536);
  expect(parseSize('12')).toBe(12);
  for (const text of ['', 'm', '1t', '1 2']) expect(parseSize(text)).toBeNull();
  expect(parsePort('127.0.0.1:80:8080/tcp')).toEqual({ target: 8080, protocol: 'tcp' });
  expect(parsePort('53/udp')).toEqual({ target: 53, protocol: 'udp' });
  for (const text of ['', 'x', '0', '70000']) expect(parsePort(text)).toBeNull();
});

test('a_command_line_is_split_as_a_shell_does', () => {
  expect(splitWords(`a "b c" 'd "e"' f\\ g "" "h\\"i" $X`)).toEqual([
    'a',
    'b c',
    'd "e"',
    'f g',
    '',
    'h"i',
    '$X',
  ]);
  expect(splitWords('  ')).toEqual([]);
});

test('an_env_file_is_read_as_compose_does', () => {
  const text = `# no\nA=1\nexport B = two words # a comment\nC='#$X'\nD="x\\ny"\r\nE=\nnot a line\nF=a#b\nA=2`;
  expect(parseDotEnv(text)).toEqual({ A: '2', B: 'two words', C: '#$X', D: 'x\ny', E: '', F: 'a#b' });
});

const service = (name: string, ...needs: string[]) => ({
  name,
  needs: needs.map((each) => {
    const [needed = '', condition = 'started'] = each.split(':');
    return { service: needed, condition: condition as 'started' };
  }),
});

test('services_come_after_those_they_need_and_circles_are_named', () => {
  const all = [
    service('web', 'api'),
    service('api', 'db', 'migrate:completed'),
    service('migrate', 'db'),
    service('db'),
  ];
  expect(inOrder(all).map(({ name }) => name)).toEqual(['db', 'migrate', 'api', 'web']);
  expect([...closure(all[0]?.needs ?? [], all)].sort()).toEqual(['api', 'db', 'migrate']);
  expect(isTask('migrate', all)).toBe(true);
  expect(isTask('db', all)).toBe(false);
  expect(() => inOrder([service('a', 'b'), service('b', 'a')])).toThrow('a -> b -> a');
});

test('the_persons_variables_win_over_the_files_beside_and_secrets_become_files', () => {
  const { filled, files } = fillSurroundings(
    {
      environment: { URL: 'postgres://${USER}:${PASS}@db', OWN: 'text' },
      command: ['run', '--pass', '$PASS'],
      secrets: [
        { path: '/run/secrets/pass', text: '${PASS}' },
        { path: '/run/secrets/file', given: 'secrets:file' },
      ],
    },
    'web',
    {
      variables: { PASS: 'mine' },
      given: {
        '.env/PASS': 'theirs',
        '.env/USER': 'u',
        'web/EXTRA': 'e',
        'web/OWN': 'f',
        'db/EXTRA': 'no',
        'secrets:file': 'k',
      },
    },
  );
  expect(filled.environment).toEqual({ URL: 'postgres://u:mine@db', OWN: 'text', EXTRA: 'e' });
  expect(filled.command).toEqual(['run', '--pass', 'mine']);
  expect(files).toEqual([
    { path: '/run/secrets/pass', text: 'mine' },
    { path: '/run/secrets/file', text: 'k' },
  ]);
  expect(JSON.stringify(filled)).not.toContain('run/secrets');
});
