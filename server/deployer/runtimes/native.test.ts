/** The native runtime with real processes, in a cgroup where there are any and by watching everywhere. */

import { afterAll, expect, test } from 'bun:test';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import { chooseConfinement } from '../confine/choose.ts';
import { createNativeRuntime } from './native.ts';
import { createNodeReleases } from './node-release.ts';
import { conformance, newSpec, until } from './runtime.conformance.ts';
import type { InstanceHandle, InstanceSpec, LaunchPlan } from './runtime.ts';
import { planVolumes } from './volumes.ts';

const folder = mkdtempSync(join(tmpdir(), 'native-'));
process.env.LEAK = 'never to be seen';
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Means = 'cgroup' | 'watch';

async function runtimeOf(means: Means) {
  const root = join(folder, means);
  const paths = { root, run: join(root, 'run'), volumes: join(root, 'volumes') };
  mkdirSync(paths.run, { recursive: true });
  return createNativeRuntime({
    confinement: await chooseConfinement({ dataRoot: root, run: paths.run, means }),
    nodes: createNodeReleases({ folder: join(folder, 'node'), self: process.execPath }),
    self: process.execPath,
    paths,
    env: { LANG: 'C.UTF-8' },
  });
}

const script = (code: string, argv0 = 'bun'): LaunchPlan => ({
  kind: 'process',
  argv: [argv0, '-e', code],
  cwd: '.',
  javascript: { kind: 'builtin' },
});
const idle = script('setInterval(() => {}, 1e6);');

function isAlive(text: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      const state = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0];
      return (
        /^\d+$/.test(pid) &&
        state !== 'Z' &&
        readFileSync(`/proc/${pid}/cmdline`, 'latin1').endsWith(`${text}\0`)
      );
    } catch {
      return false;
    }
  });
}

async function orphan(means: Means, spec: InstanceSpec, output: string): Promise<InstanceHandle> {
  const root = join(folder, means);
  const paths = { root, run: join(root, 'run'), volumes: join(root, 'volumes') };
  const module = (path: string) => JSON.stringify(join(import.meta.dir, path));
  const code = `
    const { chooseConfinement } = await import(${module('../confine/choose.ts')});
    const { createNativeRuntime } = await import(${module('native.ts')});
    const paths = ${JSON.stringify(paths)};
    const confinement = await chooseConfinement({ dataRoot: paths.root, run: paths.run, means: '${means}' });
    const runtime = createNativeRuntime({ confinement, nodes: null, self: process.execPath, paths, env: {} });
    const instance = await runtime.start(${JSON.stringify(spec)}, ${JSON.stringify(output)});
    console.log(JSON.stringify(instance.handle));
    setInterval(() => {}, 1e6);`;
  const server = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe', stderr: 'inherit' });
  for await (const chunk of server.stdout) {
    server.kill('SIGKILL');
    await server.exited;
    return JSON.parse(new TextDecoder().decode(chunk));
  }
  throw new Error('the server said nothing');
}

for (const means of ['cgroup', 'watch'] as const) {
  conformance({
    title: `native (${means})`,
    runtime: await runtimeOf(means),
    folder,
    idle,
    orphan: (spec, output) => orphan(means, spec, output),
    processes: { script, isAlive },
  });
}

const native = await runtimeOf('cgroup');
const run = async (plan: LaunchPlan, more: Parameters<typeof newSpec>[2] = {}) => {
  const spec = await newSpec({ folder }, plan, more);
  const output = join(folder, `${spec.id}.out`);
  const instance = await native.start(spec, output);
  return { spec, instance, text: () => readFileSync(output, 'utf8') };
};

test('node_is_the_built_in_runtime_where_the_app_does_not_ask_for_another', async () => {
  const { instance, text } = await run(script('console.log(typeof Bun, process.env.HOST)', 'node'));
  expect((await instance.exited).code).toBe(0);
  expect(text()).toBe('object 127.0.0.1\n');
});

test('a_script_that_asks_env_for_node_finds_it_without_any_on_the_system', async () => {
  const path = join(folder, 'tool.js');
  writeFileSync(path, '#!/usr/bin/env node\nconsole.log(process.argv.slice(2).join());\n');
  chmodSync(path, 0o755);
  const { instance, text } = await run({ ...idle, argv: ['./tool.js', 'a', 'b'] } as LaunchPlan);
  expect((await instance.exited).code).toBe(0);
  expect(text()).toBe('a,b\n');
});

test('an_instance_has_a_home_of_its_own_that_goes_with_it', async () => {
  const { instance, text } = await run(
    script(
      'require("node:fs").writeFileSync(process.env.TMPDIR + "/x", "1"); console.log(process.env.HOME); setInterval(() => {}, 1e6)',
    ),
  );
  const home = await until(() => text().trim());
  expect(existsSync(home)).toBe(true);
  await instance.stop(0);
  expect(existsSync(home)).toBe(false);
});

test('an_app_reaches_its_volume_by_the_variable_and_finds_it_again', async () => {
  const config = { volumes: [{ name: 'my-data', path: 'data' }] };
  const code = `const path = process.env.WINDLASS_VOLUME_MY_DATA + "/n"; const fs = require("node:fs");
    const n = fs.existsSync(path) ? Number(fs.readFileSync(path)) + 1 : 1; fs.writeFileSync(path, String(n)); console.log(n);`;
  for (const expected of ['1\n', '2\n']) {
    const { instance, text } = await run(script(code), { config });
    await instance.exited;
    expect(text()).toBe(expected);
  }
});

test('an_absolute_volume_is_refused_where_nothing_can_be_mounted_and_mounted_where_it_can', () => {
  const spec = { app: 'a', environment: 'e', config: { volumes: [{ name: 'd', path: '/data' }] } };
  expect(() => planVolumes(spec, '/v', false)).toThrow(WindlassError);
  expect(planVolumes(spec, '/v', true)).toEqual({
    folders: ['/v/a/e/d'],
    env: { WINDLASS_VOLUME_D: '/data' },
    mounts: [{ from: '/v/a/e/d', to: '/data' }],
  });
});

test('a_start_command_that_does_not_exist_is_the_persons_to_change', async () => {
  const error = await run({ ...idle, argv: ['gunicorn'] } as LaunchPlan).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'invalid' });
});
