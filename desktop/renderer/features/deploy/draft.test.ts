import { expect, test } from 'bun:test';
import { chosenOf, emptyDraft, nameOf } from './draft.ts';

test('only_what_is_complete_can_be_sent', () => {
  for (const kind of ['folder', 'path', 'git', 'image'] as const) {
    expect(chosenOf({ ...emptyDraft, kind }) === null).toBe(true);
  }
  expect(chosenOf({ ...emptyDraft, kind: 'git', url: ' https://x.y/z ' })).toMatchObject({ kind: 'git' });
  expect(chosenOf({ ...emptyDraft, kind: 'image', image: 'nginx:1' })).toEqual({
    kind: 'image',
    reference: 'nginx:1',
  });
});

test('the_app_takes_its_name_from_what_it_is_made_of', () => {
  const image = (text: string) => nameOf({ ...emptyDraft, kind: 'image', image: text });
  expect(image('nginx')).toBe('nginx');
  expect(image('registry.example:5000/team/shop:2.1')).toBe('shop');
  expect(image(`ghcr.io/team/api@sha256:${'a'.repeat(64)}`)).toBe('api');
  expect(nameOf({ ...emptyDraft, kind: 'git', url: 'https://x.y/z/shop.git' })).toBe('shop');
});
