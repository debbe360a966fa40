import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { ConfinedSpec, Confiner } from '../confine/confiner.ts';
import { type BuildRoom, groupSize, openBuildRoom, type RoomRequest } from './build-room.fixture.ts';

let room: BuildRoom;
beforeAll(async () => {
  room = await openBuildRoom();
});
afterAll(() => room.close(), 60_000);

const serve = `require('node:http').createServer((q, s) => s.end(JSON.stringify({ argv: process.argv.slice(2), env: process.env }))).listen(process.env.PORT, '127.0.0.1');`;
const pack = (content: object): string => JSON.stringify(content);

async function failure(
  files: Record<string, string>,
  request: RoomRequest = {},
): Promise<WindlassError & { lines: string[] }> {
  const before = await room.artefacts.list();
  const error = await room.build(await room.sources(files), request).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WindlassError)) throw new Error(`it was built: ${String(error)}`);
  expect(await room.artefacts.list()).toEqual(before);
  return error as WindlassError & { lines: string[] };
}

test('scripts_that_call_node_npm_npx_yarn_and_pnpm_find_the_built_in_runtime', async () => {
  const built = await room
    .build(
      await room
        .sources({
          'package.json': pack({
            scripts: {
              prebuild: 'echo before > order.txt',
              build:
                'node write.js one && npm run step --silent -- --flag "two words" && yarn step three --yarn && pnpm run step four && npx -y step-tool five && node --version && npm --version',
              step: 'node write.js',
              start: 'node server.js',
            },
          }),
          'write.js': `require('node:fs').appendFileSync('order.txt', process.argv.slice(2).join(' ') + '\\n');`,
          'server.js': serve,
          'node_modules/keep/index.js': '',
          'tool/step-tool.js': `#!/usr/bin/env node\nrequire('node:fs').appendFileSync('order.txt', 'tool ' + process.argv[2] + '\\n');`,
        })
        .then(async (folder) => {
          await mkdir(join(folder, 'bin'));
          return folder;
        }),
      {
        config: {
          build: {
            command:
              'mkdir -p node_modules/.bin && cp tool/step-tool.js node_modules/.bin/step-tool && chmod +x node_modules/.bin/step-tool && npm run nothing --if-present && npm --prefix . run build',
          },
        },
      },
    )
    .catch((error: unknown) => {
      throw new Error(JSON.stringify((error as { lines?: string[] }).lines, null, 1), { cause: error });
    });
  expect(await readFile(join(room.artefacts.path(built.digest), 'order.txt'), 'utf8')).toBe(
    'before\none\n--flag two words\nthree --yarn\nfour\ntool five\n',
  );
  expect(built.lines.some((line) => /^v\d+\.\d+\.\d+$/.test(line))).toBe(true);
}, 30_000);

test('a_build_sees_the_apps_variables_and_not_the_servers_own', async () => {
  const built = await room.build(
    await room.sources({
      'package.json': pack({ scripts: { build: 'node env.js', start: 'node env.js' } }),
      'env.js': `require('node:fs').writeFileSync('env.json', JSON.stringify({ ...process.env, cwd: process.cwd() }));`,
    }),
    {
      env: { NEXT_PUBLIC_NAME: 'mine', DATABASE_URL: 'postgres://x' },
      options: {
        machine: {
          ...room.machine,
          SERVER_SECRET: 'no',
          npm_config_registry: 'https://mirror.example/',
          HTTPS_PROXY: 'http://proxy.example',
          NPM_CONFIG_PREFIX: '/usr',
        },
      },
    },
  );
  const env = JSON.parse(await readFile(join(room.artefacts.path(built.digest), 'env.json'), 'utf8'));
  expect(env).toMatchObject({
    NEXT_PUBLIC_NAME: 'mine',
    DATABASE_URL: 'postgres://x',
    CI: '1',
    NODE_ENV: 'production',
    npm_config_registry: 'https://mirror.example/',
    HTTPS_PROXY: 'http://proxy.example',
  });
  expect(env.SERVER_SECRET).toBeUndefined();
  expect(env.NPM_CONFIG_PREFIX).toBeUndefined();
  expect(env.TMPDIR.startsWith(env.cwd)).toBe(true);
  expect(env.HOME.startsWith(join(room.root, 'cache'))).toBe(true);
  expect(await readdir(room.artefacts.path(built.digest))).not.toContain('.windlass-build');
});

test('what_only_the_build_needed_is_not_in_the_release_and_what_it_made_is', async () => {
  const built = await room.build(
    await room.sources({
      'package.json': pack({
        scripts: { build: 'node build.js', start: 'node server.js' },
        dependencies: { ms: '2.1.3' },
        devDependencies: { 'escape-html': '1.0.3' },
      }),
      'build.js': `require('escape-html'); require('node:fs').mkdirSync('node_modules/.made'); require('node:fs').writeFileSync('node_modules/.made/x', '1');`,
      'server.js': `require('ms'); ${serve}`,
    }),
  );
  const modules = await readdir(join(room.artefacts.path(built.digest), 'node_modules'));
  expect(modules).toContain('ms');
  expect(modules).toContain('.made');
  expect(modules).not.toContain('escape-html');
  const app = await room.start(built);
  expect(await groupSize(app.pid)).toBe(1);
  await app.stop();
}, 60_000);

test('a_development_package_that_starts_the_app_stays', async () => {
  const built = await room.build(
    await room.sources({
      'package.json': pack({
        scripts: { start: 'mime-tool', build: 'node x.js' },
        devDependencies: { mime: '3.0.0', 'escape-html': '1.0.3' },
      }),
      'x.js': '',
    }),
    { config: { start: 'mime x.html' } },
  );
  expect(built.launch).toMatchObject({
    argv: ['bun', '--no-install', './node_modules/mime/cli.js', 'x.html'],
  });
  expect(await readdir(join(room.artefacts.path(built.digest), 'node_modules'))).toContain('mime');
}, 60_000);

test('the_same_sources_give_the_same_release', async () => {
  const files = { 'package.json': pack({ scripts: { start: 'node s.js' } }), 's.js': serve };
  const first = await room.build(await room.sources(files));
  const second = await room.build(await room.sources(files));
  expect(second.digest).toBe(first.digest);
  expect(second.lines.at(-1)).toContain('same as an earlier release');
});

test('a_start_with_shell_syntax_runs_through_sh', async () => {
  const built = await room.build(
    await room.sources({
      'package.json': pack({
        scripts: { start: 'echo migrating && MODE="$(echo a b)" exec node server.js --x' },
      }),
      'server.js': serve,
    }),
  );
  const app = await room.start(built);
  const told = await (await fetch(app.origin)).json();
  expect(told).toMatchObject({ argv: ['--x'], env: { MODE: 'a b' } });
  expect(app.output()).toContain('migrating');
  expect(await groupSize(app.pid)).toBe(1);
  await app.stop();
});

test('a_folder_with_one_page_and_secrets_serves_only_the_page', async () => {
  const folder = await room.sources({
    'index.html': 'x',
    '.env': 'KEY=1',
    'windlass.json': '{}',
    '.well-known/security.txt': 'y',
    'img/a.txt': 'z',
  });
  await symlink('/etc', join(folder, 'etc'));
  const built = await room.build(folder);
  expect(built.launch).toEqual({ kind: 'static', root: '.', spa: false });
  expect((await readdir(room.artefacts.path(built.digest))).sort()).toEqual([
    '.well-known',
    'img',
    'index.html',
  ]);
  expect(built.lines.join('\n')).toContain('left out etc');
});

test('an_app_that_asks_for_node_is_built_and_run_on_it', async () => {
  const asked: string[] = [];
  const nodes = {
    find: async (range: string): Promise<string> => {
      asked.push(range);
      const folder = join(room.root, 'node-release');
      await Bun.write(join(folder, 'node'), '#!/bin/sh\necho "real node: $*"; : > built-by-node\n');
      await Bun.$`chmod +x ${join(folder, 'node')}`.quiet();
      return folder;
    },
  };
  const built = await room.build(
    await room.sources({
      'package.json': pack({
        engines: { node: '>=22' },
        scripts: { build: 'node build.js', start: 'node s.js' },
      }),
      's.js': '',
    }),
    { options: { nodes } },
  );
  expect(asked).toEqual(['>=22']);
  expect(built.lines).toContain('real node: build.js');
  expect(built.launch).toEqual({
    kind: 'process',
    argv: ['node', './s.js'],
    cwd: '.',
    javascript: { kind: 'node', version: '>=22' },
    writable: [],
  });
});

test('a_failing_build_names_its_step_and_exit_code_and_leaves_no_release', async () => {
  const error = await failure({
    'package.json': pack({ scripts: { build: 'echo broken here && exit 3', start: 'x' } }),
  });
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'failed',
    message: "the build's build step failed with exit code 3",
  });
  expect(error.lines).toContain('broken here');
});

test('a_package_that_does_not_exist_fails_the_install', async () => {
  const registry = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: () => new Response('{}', { status: 404 }),
  });
  try {
    const machine = { ...room.machine, npm_config_registry: `http://127.0.0.1:${registry.port}/` };
    const error = await failure(
      { 'package.json': pack({ dependencies: { 'not-there': '1.0.0' }, scripts: { start: 'x' } }) },
      { options: { machine } },
    );
    expect(error.message).toBe("the build's install step failed with exit code 1");
    expect(error.lines.join('\n')).toContain('not-there');
  } finally {
    await registry.stop(true);
  }
});

test('what_the_person_must_change_is_invalid_and_said', async () => {
  const rows: [files: Record<string, string>, request: RoomRequest, code: string, message: string][] = [
    [
      { 'package.json': pack({ scripts: { start: 'node gone.js' } }) },
      {},
      'invalid',
      'runs "gone.js", which is not there after the build',
    ],
    [
      { 'package.json': pack({}) },
      { config: { build: { preset: 'node' } } },
      'invalid',
      'nothing says how the app starts',
    ],
    [
      { 'vite.config.js': '', 'package.json': pack({ scripts: { build: 'true' } }) },
      {},
      'failed',
      'wrote no folder "dist"',
    ],
    [
      { 'vite.config.js': '', 'package.json': pack({ scripts: { build: 'mkdir dist' } }) },
      {},
      'failed',
      'folder "dist" is empty',
    ],
    [{ 'index.html': '' }, { config: { build: { output: '../..' } } }, 'invalid', 'outside the app'],
    [{ 'readme.md': '' }, {}, 'invalid', 'nothing here shows'],
    [{ 'package.json': '{' }, {}, 'invalid', 'not valid JSON'],
    [{ 'go.mod': '' }, {}, 'invalid', 'need the Docker runtime'],
  ];
  for (const [files, request, code, message] of rows) {
    const error = await failure(files, request);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code as never);
  }
});

/** Answers every step as told, without running it. */
const pretending = (
  exit: { code: number | null; oomLimit: number | null },
  seen: ConfinedSpec[],
): Confiner => ({
  means: 'watch',
  spawn: async (spec) => {
    seen.push(spec);
    return {
      pid: 1,
      startTime: '0',
      exited: Promise.resolve({ signal: null, ...exit }),
      memory: () => null,
      stop: async () => undefined,
    };
  },
  adopt: () => null,
});

test('a_build_out_of_memory_is_told_as_that_with_the_limit_that_held', async () => {
  const seen: ConfinedSpec[] = [];
  const limit = 256 * 1024 ** 2;
  const error = await failure(
    { 'package.json': pack({ scripts: { build: 'x', start: 'y' } }) },
    {
      config: { build: { memory: '256m' } },
      options: {
        confiner: pretending({ code: 137, oomLimit: limit }, seen),
        limits: { memory: 1, cpu: 1.5, cores: null },
      },
    },
  );
  expect(error.code).toBe('limit');
  expect(error.message).toStartWith('the build ran out of memory at 256 MB');
  expect(error.hint).toContain('build.memory');
  expect(seen[0]).toMatchObject({
    memory: limit,
    cpu: 1.5,
    background: true,
    name: expect.stringMatching(/^build-[a-z0-9-]+$/),
  });
});

test('a_cancelled_build_ends_its_whole_tree', async () => {
  const controller = new AbortController();
  const marker = join(room.root, 'still-running');
  const files = {
    'package.json': pack({
      scripts: {
        build: `node -e "console.log('begun'); setInterval(() => require('fs').appendFileSync('${marker}', 'x'), 20)"`,
        start: 'y',
      },
    }),
  };
  const building = failure(files, { signal: controller.signal });
  const deadline = performance.now() + 10_000;
  while (!(await Bun.file(marker).exists()) && performance.now() < deadline) await Bun.sleep(10);
  controller.abort();
  expect((await building).code).toBe('cancelled');
  const size = Bun.file(marker).size;
  expect(size).toBeGreaterThan(0);
  await Bun.sleep(100);
  expect(Bun.file(marker).size).toBe(size);
});
