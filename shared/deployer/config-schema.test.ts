import { expect, test } from 'bun:test';
import { configSchema, configSchemaText } from './config-schema.ts';

test('the_published_schema_is_the_one_the_parser_has', async () => {
  const published = await Bun.file(new URL('../../resources/windlass.schema.json', import.meta.url)).text();
  if (published !== configSchemaText()) {
    throw new Error(
      'resources/windlass.schema.json is stale: run `node_modules/.bin/bun tools/write-schema.ts`',
    );
  }
});

test('every_key_of_the_schema_is_described', () => {
  expect(configSchema().undescribed).toEqual([]);
});
