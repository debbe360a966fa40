import { describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { WindlassError } from '../errors.ts';
import { hostMatches, normaliseHost, parseHostPattern, wildcardFor } from './host-pattern.ts';

interface Cases {
  matches: { pattern: string; yes: string[]; no: string[] }[];
  rejectedPatterns: string[];
}
const cases: Cases = JSON.parse(
  readFileSync(new URL('../../../shared/cases/wildcard-hosts.json', import.meta.url), 'utf8'),
);

function refusal(text: string): WindlassError {
  try {
    parseHostPattern(text);
  } catch (error) {
    if (error instanceof WindlassError) return error;
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}

describe('wildcard-hosts.json', () => {
  for (const { pattern, yes, no } of cases.matches) {
    const parsed = parseHostPattern(pattern);
    for (const host of yes)
      test(`${pattern} serves ${host}`, () => expect(hostMatches(parsed, host)).toBe(true));
    for (const host of no)
      test(`${pattern} leaves ${host}`, () => expect(hostMatches(parsed, host)).toBe(false));
  }
  for (const pattern of cases.rejectedPatterns) {
    test(`${JSON.stringify(pattern)} is refused with a hint`, () => {
      const error = refusal(pattern);
      expect(error.code).toBe('invalid');
      expect(error.hint).toBeTruthy();
    });
  }
});

test('patterns_are_stored_in_one_form', () => {
  expect(parseHostPattern('Example.COM.')).toBe('example.com');
  expect(parseHostPattern('*.Example.com')).toBe('*.example.com');
  expect(parseHostPattern('bücher.example')).toBe('xn--bcher-kva.example');
  expect(parseHostPattern('*.BÜCHER.example')).toBe('*.xn--bcher-kva.example');
  expect(parseHostPattern('xn--bcher-kva.example')).toBe('xn--bcher-kva.example');
  expect(parseHostPattern('localhost')).toBe('localhost');
  expect(parseHostPattern('192.0.2.7')).toBe('192.0.2.7');
  expect(parseHostPattern('[2001:DB8:0::1]')).toBe('[2001:db8::1]');
});

test('what_is_not_a_host_is_refused', () => {
  const bad = [
    'example.com:80',
    'example.com/api',
    'a..b',
    '.example.com',
    '*.',
    'a.*.com',
    'user@example.com',
    'a%2eb.com',
    'a_b.com',
    'bad-.com',
    `${'a'.repeat(64)}.com`,
    `${'a.'.repeat(130)}com`,
    '[::1',
    '[::1]:80',
    'ü ber.example',
    'ex\tample.com',
    'ü\tber.example',
    'a?ü.com',
  ];
  for (const text of bad) {
    const error = refusal(text);
    expect(error.code).toBe('invalid');
    expect(error.hint).toBeTruthy();
  }
});

test('a_host_header_is_reduced_to_its_name', () => {
  expect(normaliseHost('API.Example.com:8443')).toBe('api.example.com');
  expect(normaliseHost('example.com.:80')).toBe('example.com');
  expect(normaliseHost('[::1]:8080')).toBe('[::1]');
  expect(normaliseHost('[0:0::1]')).toBe('[::1]');
  expect(normaliseHost('127.0.0.1:1')).toBe('127.0.0.1');
  for (const bad of [
    '',
    '.',
    ':80',
    'a b',
    'a/b',
    'a@b',
    '*.example.com',
    '[::1',
    '[::1]x',
    'a:b',
    'x'.repeat(300),
  ]) {
    expect(normaliseHost(bad)).toBeNull();
  }
});

test('a_wildcard_covers_one_level_and_no_address', () => {
  expect(wildcardFor('a.b.c')).toBe('*.b.c');
  expect(wildcardFor('localhost')).toBeNull();
  expect(wildcardFor('[::1]')).toBeNull();
});
