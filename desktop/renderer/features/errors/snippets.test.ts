import { expect, test } from 'bun:test';
import { presetName } from '../../../../shared/deployer/app-config.ts';
import { snippets } from './snippets.ts';

const dsn = 'https://0123456789abcdef@shop.example/.windlass/7';
/** What is built from a file of the owner's may be of any kind. */
const ofAnyKind = ['auto', 'dockerfile', 'compose'];

test.each(presetName.options.filter((each) => !ofAnyKind.includes(each)))(
  'an_app_of_the_preset_%s_sees_its_own_snippets_first',
  (preset) => {
    const [first] = snippets(dsn, preset);
    expect(first?.presets).toContain(preset);
  },
);

test('pages_have_the_dsn_in_their_source_and_servers_read_it_from_their_environment', () => {
  for (const { name, presets, text } of snippets(dsn, null)) {
    const inBrowser = /react|vue|svelte|nuxt|next|astro|angular|plain/i.test(name);
    if (presets.length > 0) expect([name, text.includes(dsn)]).toEqual([name, inBrowser]);
    if (!inBrowser && presets.length > 0)
      expect([name, text]).toEqual([name, expect.stringContaining('SENTRY_DSN')]);
    expect(text).not.toMatch(/undefined|\$\{/);
  }
});

test('where_nothing_is_known_of_the_app_all_are_there_once', () => {
  const names = snippets(dsn, null).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(
    snippets(dsn, 'python')
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...names].sort());
});

test('the_address_for_reports_of_a_policy_carries_project_and_key', () => {
  expect(snippets(dsn, null).find(({ name }) => name === 'Security policy')?.text).toContain(
    'https://shop.example/.windlass/api/7/security/?sentry_key=0123456789abcdef',
  );
});
