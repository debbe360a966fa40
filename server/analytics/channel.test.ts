import { expect, test } from 'bun:test';
import cases from '../../../shared/cases/channels.json';
import { originOf } from './channel.ts';

for (const { query, referrer, channel, site } of cases as {
  query: string;
  referrer: string;
  channel: string;
  site?: string;
}[]) {
  test(`a_visit_with_"${query}"_from_"${referrer}"_is_${channel}`, () => {
    const host = site ?? 'mysite.com';
    expect(originOf({ query: new URLSearchParams(query), referrer, host }).channel).toBe(channel);
  });
}

test('a_source_has_the_name_people_know_and_a_tag_beats_the_referrer', () => {
  const of = (query: string, referrer: string) =>
    originOf({ query: new URLSearchParams(query), referrer, host: 'www.mysite.com' }).source;
  expect(of('', 'https://www.google.co.uk/search?q=secret')).toBe('Google');
  expect(of('', 'https://mail.google.com/')).toBe('Gmail');
  expect(of('utm_source=ig', 'https://www.google.com/')).toBe('Instagram');
  expect(of('ref=some-blog', '')).toBe('some-blog');
  expect(of('', 'https://www.some.example/a?b=c')).toBe('some.example');
  expect(of('', 'https://mysite.com/other')).toBe('');
  expect(of('', 'android-app://com.slack/')).toBe('Slack');
  expect(of('', 'http://localhost:3000/')).toBe('');
});

test('hosts_that_only_look_like_known_ones_are_not', () => {
  const of = (referrer: string) => originOf({ query: new URLSearchParams(), referrer, host: 'a.example' });
  expect(of('https://google.evil.example.com/').channel).toBe('Referral');
  expect(of('https://notgoogle.com/').source).toBe('notgoogle.com');
});

test('the_query_of_a_referrer_is_never_kept', () => {
  const { referrer } = originOf({
    query: new URLSearchParams(),
    referrer: 'https://blog.example/post?token=secret#part',
    host: 'a.example',
  });
  expect(referrer).toBe('blog.example/post');
});

test('nonsense_is_no_referrer', () => {
  for (const referrer of [
    '',
    'x',
    'javascript:alert(1)',
    'data:text/html,x',
    `https://a/${'b'.repeat(5000)}`,
  ]) {
    const origin = originOf({ query: new URLSearchParams(), referrer, host: 'a.example' });
    expect(origin).toEqual({ source: '', referrer: '', channel: 'Direct' });
  }
});
