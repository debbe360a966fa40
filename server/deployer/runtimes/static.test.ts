/** The static runtime keeps the same promises with no process at all. */

import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conformance, newSpec } from './runtime.conformance.ts';
import { createStaticRuntime } from './static.ts';

const folder = mkdtempSync(join(tmpdir(), 'static-'));
mkdirSync(join(folder, 'dist'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const idle = { kind: 'static', root: 'dist', spa: false } as const;
const runtime = createStaticRuntime();

conformance({ title: 'static', runtime, folder, idle, orphan: async () => ({}), processes: null });

test('a_folder_that_the_build_did_not_write_is_refused', async () => {
  const spec = await newSpec({ folder }, { ...idle, root: 'build' });
  expect(runtime.start(spec, join(folder, 'out'))).rejects.toMatchObject({ code: 'invalid' });
  expect(await runtime.adopt(spec, {})).toBeNull();
});
