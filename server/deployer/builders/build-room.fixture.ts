/** For tests: a place to build in, with no Node on the PATH, and a way to run what came out. */

import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { removeSealed } from '../artefact-seal.ts';
import { type ArtefactStore, openArtefactStore } from '../artefacts.ts';
import type { Confiner } from '../confine/confiner.ts';
import type { LaunchPlan } from '../runtimes/runtime.ts';
import type { BuildResult } from './builder.ts';
import { createNativeBuilder, type NativeBuilderOptions } from './native-builder.ts';

export interface BuildRoom {
  readonly root: string;
  readonly artefacts: ArtefactStore;
  /** The machine's environment without Node, npm, yarn, pnpm and bun. */
  readonly machine: Record<string, string | undefined>;
  /** Copies the folder and builds it; `lines` collects the log. */
  build(from: string, request?: RoomRequest): Promise<BuildResult & { lines: string[] }>;
  /** A folder of sources with these files. */
  sources(files: Record<string, string>): Promise<string>;
  start(result: BuildResult, env?: Record<string, string>): Promise<RunningApp>;
  close(): Promise<void>;
}

export interface RoomRequest {
  config?: AppConfig;
  env?: Record<string, string>;
  signal?: AbortSignal;
  options?: Partial<NativeBuilderOptions>;
  app?: string;
}

export interface RunningApp {
  readonly origin: string;
  readonly pid: number;
  output(): string;
  stop(): Promise<void>;
}

const programs = [
  'sh',
  'ls',
  'chmod',
  'cat',
  'cp',
  'mv',
  'rm',
  'mkdir',
  'ln',
  'env',
  'uname',
  'sed',
  'grep',
  'dirname',
  'basename',
  'readlink',
  'sleep',
  'true',
  'echo',
  'pwd',
  'ldd',
  'getconf',
];

export async function openBuildRoom(): Promise<BuildRoom> {
  const root = await mkdtemp(join(tmpdir(), 'build-'));
  const bin = join(root, 'bin');
  await mkdir(bin);
  for (const name of programs) {
    const path = Bun.which(name);
    if (path !== null) await symlink(path, join(bin, name));
  }
  const machine = { ...process.env, PATH: bin };
  const artefacts = await openArtefactStore(join(root, 'artefacts'));
  const running = new Set<RunningApp>();
  let count = 0;
  return {
    root,
    artefacts,
    machine,
    async sources(files) {
      const folder = await mkdtemp(join(root, 'sources-'));
      for (const [path, text] of Object.entries(files)) await Bun.write(join(folder, path), text);
      return folder;
    },
    async build(
      from,
      { config = {}, env = {}, signal = new AbortController().signal, options = {}, app = 'app' } = {},
    ) {
      const folder = join(root, 'builds', String(++count), 'source');
      await cp(from, folder, {
        recursive: true,
        filter: (path) => !/\/(node_modules|dist|\.next)$/.test(path),
      });
      const builder = createNativeBuilder({
        confiner: plainConfiner,
        artefacts,
        cacheFolder: join(root, 'cache'),
        shimsFolder: join(root, 'shims'),
        runtime: process.execPath,
        machine,
        limits: { memory: null, cpu: null, cores: null },
        ...options,
      });
      const lines: string[] = [];
      const onLine = (text: string): void => void lines.push(text);
      try {
        return {
          ...(await builder.build({ app, deployment: `d${count}`, folder, config, env, onLine, signal })),
          lines,
        };
      } catch (error) {
        if (error instanceof Error) Object.assign(error, { lines });
        throw error;
      }
    },
    async start(result, env = {}) {
      const app = await startApp(root, bin, artefacts.path(result.digest), result.launch, env);
      running.add(app);
      return app;
    },
    async close() {
      for (const app of running) await app.stop();
      await removeSealed(root);
    },
  };
}

/** Runs a process as it is, without limits. */
const plainConfiner: Confiner = {
  means: 'watch',
  async spawn({ argv, cwd, env, output }) {
    const child = Bun.spawn([...argv], {
      cwd,
      env: { ...env },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    });
    const killGroup = (): void => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone.
      }
    };
    const emit = output.kind === 'lines' ? output.onLine : () => undefined;
    const reading = [child.stdout, child.stderr].map((stream) => eachLine(stream, emit));
    const exited = child.exited.then(async () => {
      killGroup();
      await Promise.all(reading);
      return {
        code: child.exitCode,
        signal: child.signalCode === null ? null : String(child.signalCode),
        oomLimit: null,
      };
    });
    return {
      pid: child.pid,
      startTime: '0',
      exited,
      memory: () => null,
      async stop() {
        killGroup();
        await exited;
      },
    };
  },
  adopt: () => null,
};

async function eachLine(stream: ReadableStream<Uint8Array>, emit: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const text of stream.pipeThrough(
    new TextDecoderStream() as never,
  ) as unknown as AsyncIterable<string>) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) emit(line);
  }
  if (rest !== '') emit(rest);
}

async function startApp(
  root: string,
  bin: string,
  artefact: string,
  launch: LaunchPlan,
  env: Record<string, string>,
): Promise<RunningApp> {
  if (launch.kind !== 'process') throw new Error('this one is served, not run');
  const port = await freePort();
  const shims = join(root, 'shims', 'builtin');
  const argv = launch.argv[0] === 'bun' ? [process.execPath, ...launch.argv.slice(1)] : launch.argv;
  const child = Bun.spawn(argv, {
    cwd: join(artefact, launch.cwd),
    env: {
      PATH: `${shims}:${bin}`,
      HOME: root,
      NODE_ENV: 'production',
      BUN_BE_BUN: '1',
      HOST: '127.0.0.1',
      HOSTNAME: '127.0.0.1',
      ...env,
      PORT: String(port),
    },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    detached: true,
  });
  let output = '';
  const emit = (line: string): void => {
    output += `${line}\n`;
  };
  const reading = Promise.all([eachLine(child.stdout, emit), eachLine(child.stderr, emit)]);
  const origin = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone.
    }
    await child.exited;
    await reading;
  };
  const deadline = performance.now() + 20_000;
  while (
    !(await fetch(origin).then(
      (answer) => answer.arrayBuffer(),
      () => null,
    ))
  ) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`the app does not answer: ${argv.join(' ')}\n${output}`);
    }
    await Bun.sleep(20);
  }
  return { origin, pid: child.pid, output: () => output, stop };
}

async function freePort(): Promise<number> {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** Processes in the group of `pid`: an instance should be exactly one. */
export async function groupSize(pid: number): Promise<number> {
  let count = 0;
  for await (const stat of new Bun.Glob('*/stat').scan({ cwd: '/proc', onlyFiles: true })) {
    if (!/^\d+\//.test(stat)) continue;
    const text = await Bun.file(`/proc/${stat}`)
      .text()
      .catch(() => '');
    const [, , group] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (group === String(pid)) count++;
  }
  return count;
}
