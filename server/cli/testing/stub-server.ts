/** A real control socket whose handlers are given by the test, and the nouns such handlers answer with. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Deployment, Phase } from '../../../shared/deployer/model.ts';
import { serverContract } from '../../../shared/server-contract.ts';
import { createControlSocket } from '../../kernel/control-socket.ts';
import type { Handlers } from '../../kernel/feature.ts';
import type { Log } from '../../kernel/log.ts';
import { runCli } from '../run-cli.ts';
import { type FakeOptions, type FakeTerminal, fakeTerminal } from './fake-terminal.ts';

export interface StubServer {
  readonly folder: string;
  readonly socket: string;
  /** Runs a verb against it to its end. */
  run(argv: readonly string[], options?: FakeOptions): Promise<Done>;
  /** Starts a verb; `terminal` can be looked at while it runs. */
  start(argv: readonly string[], options?: FakeOptions): { terminal: FakeTerminal; ended: Promise<number> };
  /** Goes away in the middle of whatever it answers, and is back at once. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

export interface Done {
  code: number;
  out: string;
  err: string;
}

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silent,
};

export async function stubServer(handlers: Handlers): Promise<StubServer> {
  const folder = await mkdtemp(join(tmpdir(), 'windlass-cli-'));
  const socket = join(folder, 'control.sock');
  const listen = () =>
    createControlSocket({ path: socket, blockOf: async () => serverContract, handlers, log: silent });
  let listening = await listen();
  const start: StubServer['start'] = (argv, options) => {
    const terminal = fakeTerminal({ ...options, env: { WINDLASS_SOCKET: socket, ...options?.env } });
    return { terminal, ended: runCli(argv, terminal) };
  };
  return {
    folder,
    socket,
    start,
    run: async (argv, options) => {
      const { terminal, ended } = start(argv, options);
      const code = await ended;
      return { code, out: terminal.out(), err: terminal.err() };
    },
    cut: async () => {
      await listening.stop(0);
      listening = await listen();
    },
    close: async () => {
      await listening.stop(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function aDeployment(change: Partial<Deployment> = {}): Deployment {
  return {
    id: 'd1',
    app: 'shop',
    environment: 'production',
    kind: 'deploy',
    source: { kind: 'upload', upload: 'u1', from: 'shop' },
    phase: 'watching',
    release: 3,
    previousRelease: 2,
    failure: null,
    createdAt: 1000,
    finishedAt: null,
    phaseTimes: [
      { phase: 'queued', at: 1000 },
      { phase: 'watching', at: 5200 },
    ],
    url: 'http://shop.localhost:8080',
    ...change,
  };
}

export function anApp(name: string, change: Partial<App['environments'][number]> = {}): App {
  return {
    name,
    createdAt: 1000,
    environments: [
      {
        name: 'production',
        state: 'running',
        liveRelease: 3,
        urls: [`http://${name}.localhost:8080`],
        instances: [
          {
            id: `${name}-3-1`,
            release: 3,
            runtime: 'native',
            state: 'running',
            address: '127.0.0.1:4001',
            restarts: 1,
            memory: 48_200_000,
            startedAt: 1000,
            lastExit: 'exit code 1',
          },
        ],
        scale: 1,
        deployment: null,
        ...change,
      },
    ],
  };
}

/** A phase as `deployments.follow` tells it. */
export const entered = (phase: Phase, note?: string) => ({
  kind: 'phase' as const,
  phase,
  at: 1000,
  ...(note === undefined ? {} : { note }),
});

/** A build's line as `deployments.follow` tells it. */
export const built = (text: string) => ({
  kind: 'line' as const,
  line: { at: 1000, release: 3, origin: 'build', text },
});
