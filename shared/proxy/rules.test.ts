import { expect, test } from 'bun:test';
import { effectiveRules, fileRulesOf, routeRules, ruleFault } from './rules.ts';

const faultOf = (rules: unknown): string => {
  const parsed = routeRules.safeParse(rules);
  return parsed.success ? '' : ruleFault(parsed.error);
};

test('a_fault_says_where_it_is_and_what_was_expected', () => {
  expect(faultOf({ rates: [{ requests: 'x', per: 60 }] })).toBe('rates.0.requests: expected a number');
  expect(faultOf({ rates: [{ requests: 0, per: 60 }] })).toBe('rates.0.requests: expected at least 1');
  expect(faultOf({ redirects: 'no' })).toBe('redirects: expected an array');
  expect(faultOf({ nothing: 1 })).toBe('there is no nothing');
  expect(faultOf({ redirects: [{ from: '/a', to: '/b', code: 1 }] })).toBe('redirects.0: there is no code');
  expect(faultOf({ allow: ['10.0.0.300'] })).toStartWith('allow.0: an address is like');
  expect(faultOf({ redirects: [{ from: 'a', to: '/b' }] })).toStartWith('redirects.0.from: a path is like');
});

test('what_could_break_a_head_or_lead_anywhere_is_no_rule', () => {
  for (const rules of [
    { headers: [{ set: { 'X-A': 'a\r\nSet-Cookie: b' } }] },
    { headers: [{ set: { 'X A': 'a' } }] },
    { redirects: [{ from: '/a', to: 'javascript:alert(1)' }] },
    { redirects: [{ from: '/a', to: '/b\r\nX: y' }] },
    { cors: [{ origins: ['https://a.example\r\nX: y'] }] },
    { cors: [{ origins: [] }] },
    { pages: { '200': 'x' } },
    { challenge: { bits: 40 } },
  ])
    expect(faultOf(rules)).not.toBe('');
  expect(faultOf({ pages: { '404': '<h1>gone</h1>' }, compress: true })).toBe('');
});

test('by_hand_counts_key_by_key_and_only_rules_are_taken_of_a_config', () => {
  const file = { compress: true, maxBody: '1m' };
  expect(effectiveRules(file, { maxBody: '2m' })).toEqual({ compress: true, maxBody: '2m' });
  const config = { ...file, start: 'bun server.js' };
  expect(fileRulesOf(config)).toEqual(file);
});
