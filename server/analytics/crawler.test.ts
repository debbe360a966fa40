import { expect, test } from 'bun:test';
import cases from '../../../shared/cases/crawlers.json';
import { isCrawler } from './crawler.ts';

for (const agent of cases.crawler) {
  test(`"${agent.slice(0, 50)}"_is_no_person`, () => expect(isCrawler(agent)).toBe(true));
}
for (const agent of cases.person) {
  test(`"${agent.slice(0, 50)}"_is_a_person`, () => expect(isCrawler(agent)).toBe(false));
}
test('who_does_not_say_what_it_is_is_no_person', () => expect(isCrawler('')).toBe(true));
