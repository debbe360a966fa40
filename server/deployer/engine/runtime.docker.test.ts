/** The Docker runtime with a real engine: what every runtime must do, and what only containers have. */

import { afterAll, expect, test } from 'bun:test';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDockerRuntime } from '../runtimes/docker.ts';
import { conformance, newSpec, until } from '../runtimes/runtime.conformance.ts';
import type { InstanceHandle, InstanceSpec, LaunchPlan } from '../runtimes/runtime.ts';
import { containerName } from './container-options.ts';
import { keptLog, openDockerRoom } from './docker-room.fixture.ts';
import { instanceLabel } from './labels.ts';

const room = await openDockerRoom();
const { docker, engine, folder } = room;
afterAll(() => room.close());

const { Id: image } = await docker.getImage('node:22-slim').inspect();
const script = (code: string): LaunchPlan => ({
  kind: 'container',
  image,
  port: null,
  argv: ['node', '-e', code],
});
const idle = script('setInterval(() => {}, 1e6);');
const outputOf = (id: string) => join(folder, `${id}.out`);
const runtime = createDockerRuntime({
  engine,
  log: keptLog(room.logged),
  outputOf,
  secretsFolder: join(folder, 'secrets'),
});

function isAlive(text: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').endsWith(`${text}\0`);
    } catch {
      return false;
    }
  });
}

async function orphan(spec: InstanceSpec, output: string): Promise<InstanceHandle> {
  const module = (path: string) => JSON.stringify(join(import.meta.dir, path));
  const code = `
    const { createEngine } = await import(${module('engine.ts')});
    const { createDockerRuntime } = await import(${module('../runtimes/docker.ts')});
    const { systemClock } = await import(${module('../../kernel/clock.ts')});
    const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
    const engine = createEngine({ socket: '/var/run/docker.sock', owner: '${engine.owner}', clock: systemClock, log });
    await engine.start();
    const runtime = createDockerRuntime({ engine, log, outputOf: (id) => ${JSON.stringify(folder)} + '/' + id + '.out', secretsFolder: ${JSON.stringify(folder)} + '/secrets' });
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

conformance({ title: 'docker', runtime, folder, idle, orphan, processes: { script, isAlive } });

const run = async (plan: LaunchPlan, more: Parameters<typeof newSpec>[2] = {}) => {
  const spec = await newSpec({ folder }, plan, more);
  const instance = await runtime.start(spec, outputOf(spec.id));
  const container = docker.getContainer(containerName(engine.owner, spec.id));
  return { spec, instance, container, text: () => readFileSync(outputOf(spec.id), 'utf8') };
};

const server = script(
  'require("node:http").createServer((_, res) => res.end("hi")).listen(process.env.PORT, process.env.HOST, () => console.log("up"));',
);

test('its_port_is_published_on_loopback_only_and_its_rights_are_few', async () => {
  const { spec, instance, container } = await run(server);
  const { HostConfig, NetworkSettings } = await container.inspect();
  expect(Object.values(NetworkSettings.Ports).flat()).toEqual([
    { HostIp: '127.0.0.1', HostPort: String(spec.port) },
  ]);
  expect(HostConfig.CapDrop).toEqual(['ALL']);
  expect(HostConfig.SecurityOpt).toEqual(['no-new-privileges']);
  expect(HostConfig.RestartPolicy?.Name).toBe('no');
  expect(HostConfig.PidsLimit).toBeGreaterThan(0);
  const answered = () =>
    fetch(`http://127.0.0.1:${spec.port}/`).then(
      (answer) => answer.text(),
      () => '',
    );
  expect(await until(answered)).toBe('hi');
  await instance.stop(0);
});

test('a_container_killed_or_removed_by_hand_is_seen_within_5_seconds_and_a_paused_one_goes_on', async () => {
  const killed = await run(idle);
  const removed = await run(idle);
  const paused = await run(idle);
  await killed.container.kill();
  await removed.container.remove({ force: true });
  const late = Bun.sleep(5000).then(() => 'late');
  expect(await Promise.race([killed.instance.exited, late])).toMatchObject({ signal: 'SIGKILL' });
  expect(await Promise.race([removed.instance.exited, late])).not.toBe('late');
  await paused.container.pause();
  await until(async () => !(await paused.container.inspect()).State.Paused, 5000);
  await paused.instance.stop(0);
});

test('an_ended_container_is_removed_once_its_last_words_are_kept', async () => {
  const { instance, container, text } = await run(script('console.log("x".repeat(40000)); process.exit(1);'));
  expect(await instance.exited).toEqual({ code: 1, signal: null, oomLimit: null });
  expect(text()).toBe(`${'x'.repeat(40000)}\n`);
  expect(await container.inspect().catch((error: { statusCode: number }) => error.statusCode)).toBe(404);
});

test('what_is_said_while_no_server_runs_is_taken_in_once_by_the_next', async () => {
  const code = 'let n = 0; setInterval(() => console.log(++n), 5);';
  const spec = await newSpec({ folder }, script(code));
  const handle = await orphan(spec, outputOf(spec.id));
  const instance = await runtime.adopt(spec, handle);
  const lines = () => readFileSync(outputOf(spec.id), 'utf8').trim().split('\n').map(Number);
  await until(() => existsSync(outputOf(spec.id)) && lines().length > 100);
  await instance?.stop(0);
  const seen = lines();
  expect(seen).toEqual(seen.map((_, index) => index + 1));
});

test('a_volume_is_kept_from_one_container_to_the_next', async () => {
  const config = { volumes: [{ name: 'notes', path: '/notes' }] };
  const code = `const fs = require("node:fs"); const path = process.env.WINDLASS_VOLUME_NOTES + "/n";
    const n = fs.existsSync(path) ? Number(fs.readFileSync(path)) + 1 : 1; fs.writeFileSync(path, String(n)); console.log(n);`;
  for (const expected of ['1\n', '2\n']) {
    const { instance, text } = await run(script(code), { config });
    await instance.exited;
    expect(text()).toBe(expected);
  }
});

test('containers_of_others_are_never_swept', async () => {
  const foreign = await docker.createContainer({
    Image: image,
    Cmd: ['node', '-e', 'setInterval(() => {}, 1e6)'],
    Labels: { 'windlass.data': 'windlass-000000000000', [instanceLabel]: 'r1-1-other' },
  });
  await foreign.start();
  try {
    await runtime.sweep(new Set());
    expect((await foreign.inspect()).State.Running).toBe(true);
  } finally {
    await foreign.remove({ force: true });
  }
});

test('an_image_that_was_removed_is_told_as_that', async () => {
  const plan: LaunchPlan = { kind: 'container', image: `sha256:${'0'.repeat(64)}`, port: null };
  const spec = await newSpec({ folder }, plan);
  const error = await runtime.start(spec, outputOf(spec.id)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'not-found' });
});
