/** What every runtime has to do, run against each by its own test file. */

import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import type { InstanceHandle, InstanceSpec, LaunchPlan, Runtime } from './runtime.ts';

export interface Subject {
  title: string;
  runtime: Runtime;
  /** A folder for artefacts and output files. */
  folder: string;
  /** A plan that keeps running until it is stopped. */
  idle: LaunchPlan;
  /** Starts `spec` by the same runtime in a server of its own, and kills that server with SIGKILL. */
  orphan(spec: InstanceSpec, output: string): Promise<InstanceHandle>;
  /** Null for a runtime without processes. */
  processes: {
    /** A plan that runs this JavaScript. */
    script(code: string): LaunchPlan;
    /** Whether a process of the instance with this text in its arguments lives. */
    isAlive(text: string): boolean;
  } | null;
}

let count = 0;

/** The spec of a new instance of `subject`. */
export async function newSpec(
  subject: Pick<Subject, 'folder'>,
  plan: LaunchPlan,
  more: { config?: AppConfig; env?: Record<string, string>; id?: string } = {},
): Promise<InstanceSpec> {
  count += 1;
  return {
    id: more.id ?? `i${process.pid}-${count}`,
    app: 'demo',
    environment: 'production',
    release: 1,
    artefact: subject.folder,
    plan,
    config: more.config ?? {},
    env: more.env ?? {},
    port: await freePort(),
  };
}

/** Polls until `look` answers something; a claim that does not come true fails within `ms`. */
export async function until<T>(look: () => T | Promise<T>, ms = 5000): Promise<NonNullable<T>> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found as NonNullable<T>;
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${look}`);
    await Bun.sleep(10);
  }
}

export function conformance(subject: Subject): void {
  const { runtime, processes } = subject;
  const outputOf = (spec: InstanceSpec) => join(subject.folder, `${spec.id}.out`);
  const textOf = (spec: InstanceSpec) =>
    existsSync(outputOf(spec)) ? readFileSync(outputOf(spec), 'utf8') : '';
  const start = async (plan: LaunchPlan, more: Parameters<typeof newSpec>[2] = {}) => {
    const spec = await newSpec(subject, plan, more);
    return { spec, instance: await runtime.start(spec, outputOf(spec)) };
  };

  describe(`a ${subject.title} runtime`, () => {
    test('can_run_here_and_says_what_it_is', async () => {
      expect(await runtime.unavailable()).toBeNull();
    });

    test('an_instance_runs_until_it_is_stopped_and_its_end_is_told_once', async () => {
      const { instance } = await start(subject.idle);
      let ends = 0;
      void instance.exited.then(() => ends++);
      expect(await Promise.race([instance.exited, Bun.sleep(50).then(() => 'runs')])).toBe('runs');
      await Promise.all([instance.stop(1000), instance.stop(1000)]);
      expect((await instance.exited).oomLimit).toBeNull();
      expect(ends).toBe(1);
    });

    test('a_handle_survives_as_json_and_finds_the_instance_after_its_server_was_killed', async () => {
      const spec = await newSpec(subject, subject.idle);
      const handle = await subject.orphan(spec, outputOf(spec));
      const instance = await runtime.adopt(spec, JSON.parse(JSON.stringify(handle)));
      expect(instance).not.toBeNull();
      await instance?.stop(1000);
      await instance?.exited;
      if (processes !== null) expect(await runtime.adopt(spec, handle)).toBeNull();
    });

    test('sweep_leaves_what_is_to_be_kept', async () => {
      const { spec, instance } = await start(subject.idle);
      let ended = false;
      void instance.exited.then(() => {
        ended = true;
      });
      await runtime.sweep(new Set([spec.id]));
      expect(ended).toBe(false);
      await instance.stop(0);
    });

    if (processes === null) return;
    const { script, isAlive } = processes;

    test('output_of_both_streams_is_appended_and_the_exit_code_is_told', async () => {
      const spec = await newSpec(
        subject,
        script('console.log("out"); console.error("err"); process.exit(7);'),
      );
      await Bun.write(outputOf(spec), 'earlier\n');
      const instance = await runtime.start(spec, outputOf(spec));
      expect(await instance.exited).toEqual({ code: 7, signal: null, oomLimit: null });
      const [first, ...said] = textOf(spec).trimEnd().split('\n');
      // Two pipes have no order between them; each has its own.
      expect([first, ...said.sort()]).toEqual(['earlier', 'err', 'out']);
    });

    test('a_signal_is_told_as_one', async () => {
      const { instance } = await start(
        script('process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1e6);'),
      );
      expect(await instance.exited).toEqual({ code: null, signal: 'SIGKILL', oomLimit: null });
    });

    test('an_app_is_asked_to_end_before_it_is_made_to', async () => {
      const code =
        'process.on("SIGTERM", () => { console.log("bye"); process.exit(0); }); console.log("up"); setInterval(() => {}, 1e6);';
      const { spec, instance } = await start(script(code));
      await until(() => textOf(spec).includes('up'));
      await instance.stop(5000);
      expect(await instance.exited).toEqual({ code: 0, signal: null, oomLimit: null });
      expect(textOf(spec)).toBe('up\nbye\n');
    });

    test('stop_takes_grandchildren_along_even_deaf_ones', async () => {
      const mark = `deaf-${process.pid}-${count}`;
      const inner = `process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6); // ${mark}`;
      const code = `const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(inner)}], { stdio: "inherit", env: process.env }); process.on("SIGTERM", () => {}); console.log("up");`;
      const { spec, instance } = await start(script(code));
      await until(() => textOf(spec).includes('up') && isAlive(mark));
      await instance.stop(100);
      expect(isAlive(mark)).toBe(false);
    });

    test('the_instance_is_told_its_port_and_what_its_environment_says_and_nothing_else', async () => {
      const { spec, instance } = await start(script('console.log(JSON.stringify(process.env));'), {
        env: { GREETING: 'hi $HOME', NODE_ENV: 'test' },
      });
      await instance.exited;
      const env = JSON.parse(textOf(spec)) as Record<string, string>;
      expect(env).toMatchObject({ PORT: String(spec.port), GREETING: 'hi $HOME', NODE_ENV: 'test' });
      expect(Object.values(env)).not.toContain('never to be seen');
    });

    test('memory_is_that_of_the_whole_instance', async () => {
      const code =
        'const kept = Buffer.alloc(60 << 20, 1); console.log("up"); setInterval(() => kept.length, 1e6);';
      const { spec, instance } = await start(script(code));
      await until(() => textOf(spec).includes('up'));
      expect(await until(() => instance.memory())).toBeGreaterThan(60 * 1024 * 1024);
      await instance.stop(0);
    });

    test('out_of_memory_is_told_as_exactly_that', async () => {
      const code = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(4 << 20, 1)), 5);';
      const { instance } = await start(script(code), { config: { limits: { memory: '160m' } } });
      expect((await instance.exited).oomLimit).toBe(160 * 1024 * 1024);
    }, 30_000);

    test('sweep_ends_what_an_earlier_server_left', async () => {
      const spec = await newSpec(subject, subject.idle);
      const handle = await subject.orphan(spec, outputOf(spec));
      await runtime.sweep(new Set());
      expect(await runtime.adopt(spec, handle)).toBeNull();
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
