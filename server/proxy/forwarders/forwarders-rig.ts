/** A proxy with real forwarders, for tests: processes of this very program, an app, and clients of either process. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend } from '../../../shared/proxy/backend.ts';
import type { AnswerFilter } from '../../kernel/answer-filter.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Endpoint } from '../../kernel/endpoint.ts';
import { createEvents } from '../../kernel/events.ts';
import type { CallContext, Handlers } from '../../kernel/feature.ts';
import type { Log } from '../../kernel/log.ts';
import { openSecrets } from '../../kernel/secrets.ts';
import { openStore } from '../../kernel/store.ts';
import type { Cell } from '../../kernel/telemetry.ts';
import { createProxy, type HttpsOptions, migrations, type Proxy as WindlassProxy } from '../index.ts';
import type { Limits } from '../limits.ts';
import { connect, type RawEnd } from '../rig.ts';

export const key = 'shop/production';
export const shop = { app: 'shop', environment: 'production' };
const context: CallContext = { signal: new AbortController().signal };
const host = 'shop.test';

export interface SpreadRigOptions {
  readonly forwarders?: number;
  readonly https?: HttpsOptions;
  readonly endpoints?: readonly Endpoint[];
  readonly filters?: readonly AnswerFilter[];
  readonly limits?: Partial<Limits>;
}

/** Polls, as nothing tells of what other processes do. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await Bun.sleep(2);
  }
}

/** Process ids of the forwarders of a server. */
export function childrenOf(server: number): number[] {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'pid=,args=', '--ppid', String(server)]);
  const lines = stdout.toString().split('\n');
  return lines.filter((line) => line.endsWith(' forward')).map((line) => Number.parseInt(line, 10));
}

export class SpreadRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'windlass-cores-'));
  readonly rows: (readonly Cell[])[] = [];
  readonly said: string[] = [];
  readonly proxy: WindlassProxy;
  readonly #store = openStore(join(this.folder, 'control.db'), migrations, quiet);
  readonly #closing: (() => unknown)[] = [];

  constructor(options: SpreadRigOptions = {}) {
    const say = (message: string, fields?: Record<string, unknown>) =>
      void this.said.push(`${message} ${JSON.stringify(fields ?? {})}`);
    const log: Log = { debug: say, info: say, warn: say, error: say, child: () => log };
    const { endpoints = [], filters = [], limits, https } = options;
    this.proxy = createProxy(
      {
        clock: systemClock,
        log,
        store: this.#store,
        secrets: openSecrets(join(this.folder, 'master.key'), { create: true }),
        events: createEvents(quiet),
        telemetry: {
          define: () => {},
          append: (_table, row) => this.rows.push(row),
          query: async () => [],
          flush: async () => {},
          counts: { taken: 0, written: 0, dropped: 0 },
          close: async () => {},
        },
      },
      {
        hostname: '127.0.0.1',
        port: 0,
        drainMs: 1000,
        endpoints: () => new Map(endpoints.map((endpoint) => [endpoint.name, endpoint])),
        filters: () => filters,
        ...(limits === undefined ? {} : { limits }),
        ...(https === undefined ? {} : { https }),
        forwarders: {
          wish: options.forwarders ?? 1,
          cores: 2,
          command: [process.execPath, join(import.meta.dir, '../../main.ts'), 'forward'],
          door: join(this.folder, 'door.sock'),
        },
      },
    );
  }

  /** With its forwarders listening. */
  async start(cores = 2): Promise<void> {
    await this.proxy.feature.start?.();
    this.#closing.push(() => this.proxy.feature.stop?.());
    this.proxy.edge.ensureService(key, host);
    await this.forwardsOn(cores);
  }

  forwardsOn(cores: number): Promise<void> {
    return until(`${cores} cores`, () => this.proxy.cores === cores);
  }

  get port(): number {
    return this.proxy.edge.port ?? 0;
  }

  /** Process ids of the forwarders there are. */
  pids(): number[] {
    return childrenOf(process.pid);
  }

  /** An app whose every answer is its name. */
  app(name: string, answer?: (request: Request) => Response | Promise<Response>) {
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: (request) => answer?.(request) ?? new Response(name),
    });
    this.#closing.push(() => server.stop(true));
    return { id: name, host: '127.0.0.1', port: server.port ?? 0, stop: () => server.stop(true) };
  }

  deploy(release: number, ...targets: { id: string; host: string; port: number }[]): void {
    const backend: Backend = {
      kind: 'instances',
      release,
      targets: targets.map(({ id, host, port }) => ({ id, host, port })),
    };
    this.#store.transaction(() => this.proxy.edge.stageBackend(key, backend))();
  }

  /** As over the control socket. */
  async call<M extends keyof Handlers>(method: M, params: object): Promise<unknown> {
    const handler = this.proxy.feature.handlers[method] as
      | ((params: object, context: CallContext) => unknown)
      | undefined;
    return handler?.(params, context);
  }

  /** So many connections that both processes have some, all but never otherwise. */
  async connections(count = 24): Promise<Client[]> {
    const clients = await Promise.all(Array.from({ length: count }, () => connect(this.port)));
    this.#closing.push(() => {
      for (const end of clients) end.reset();
    });
    return clients.map((end) => new Client(end));
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
    this.#store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A kept connection. */
export class Client {
  #seen = 0;

  constructor(readonly end: RawEnd) {}

  /** `200 body`, or how the connection ended. */
  async get(path = '/', fields = ''): Promise<string> {
    this.end.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${fields}\r\n`);
    return this.answer();
  }

  async answer(): Promise<string> {
    let whole: { text: string; end: number } | null = null;
    await until(`an answer, got ${JSON.stringify(this.end.text.slice(this.#seen))}`, () => {
      whole = wholeAnswer(this.end.text, this.#seen);
      return whole !== null || this.end.state !== 'open';
    });
    const found = whole as { text: string; end: number } | null;
    if (found === null) return this.end.state;
    this.#seen = found.end;
    return found.text;
  }
}

function wholeAnswer(text: string, from: number): { text: string; end: number } | null {
  const headEnd = text.indexOf('\r\n\r\n', from);
  if (headEnd === -1) return null;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(from, headEnd))?.[1] ?? 0);
  const end = headEnd + 4 + length;
  if (text.length < end) return null;
  return { text: `${text.slice(from + 9, from + 12)} ${text.slice(headEnd + 4, end)}`, end };
}

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
