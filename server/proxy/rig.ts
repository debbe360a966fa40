/** A data path with real sockets on both sides, for tests: raw clients, raw apps, services in memory. */

import type { Socket } from 'bun';
import type { Backend, Route, Target } from '../../shared/proxy/backend.ts';
import type { AnswerFilter } from '../kernel/answer-filter.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Endpoint } from '../kernel/endpoint.ts';
import type { Log } from '../kernel/log.ts';
import { createDataPath, type DataPath } from './data-path.ts';
import type { TrustedPeers } from './forwarded.ts';
import type { Limits } from './limits.ts';
import type { TurnedAway } from './requests/turned-away.ts';
import type { ServiceRules } from './rules/service-rules.ts';
import type { Hold, SecondWind } from './second-wind.ts';
import type { AccessEntry, Admission, Lease, Outcome, Service } from './service.ts';
import type { Shortcuts } from './shortcuts.ts';
import type { PlainDoor } from './tls/certificate-source.ts';

/** Resolves once `holds` is true; rejects after two seconds, saying what was waited for. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await Bun.sleep(2);
  }
}

/** Received bytes kept as text; beyond them they are only counted. */
const mostText = 1_000_000;

/** One end of a TCP connection, with what it received. Bytes are latin1 strings. */
export class RawEnd {
  text = '';
  /** Bytes received. */
  bytes = 0;
  /** `open`, then how the other side ended it. */
  state: 'open' | 'ended' | 'reset' = 'open';
  /** Bytes the kernel took. */
  sent = 0;
  #rest: Buffer = Buffer.alloc(0);
  #ending = false;
  onText: (() => void) | null = null;
  socket: Socket<RawEnd> | null = null;

  send(what: string | Buffer): void {
    const bytes = typeof what === 'string' ? Buffer.from(what, 'latin1') : what;
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    this.flush();
  }

  flush(): void {
    if (this.socket === null || this.#rest.length === 0) return;
    const sent = this.socket.write(this.#rest);
    this.sent += Math.max(0, sent);
    this.#rest = this.#rest.subarray(Math.max(0, sent));
    if (this.#ending && this.#rest.length === 0) this.socket.end();
  }

  end(): void {
    this.#ending = true;
    if (this.#rest.length === 0) this.socket?.end();
  }

  reset(): void {
    this.socket?.terminate();
  }

  /** Resolves once this many bytes were received. */
  async has(bytes: number): Promise<void> {
    await until(`${bytes} bytes`, () => this.bytes >= bytes);
  }

  /** Resolves once the text received so far satisfies `holds`. */
  async sees(what: string | ((text: string) => boolean)): Promise<string> {
    const holds = typeof what === 'string' ? (text: string) => text.includes(what) : what;
    await until(`${what} in ${JSON.stringify(this.text.slice(0, 400))}`, () => holds(this.text));
    return this.text;
  }

  async closes(): Promise<string> {
    await until(
      `the end of the connection, got ${JSON.stringify(this.text.slice(0, 400))}`,
      () => this.state !== 'open',
    );
    return this.text;
  }
}

const handler = {
  open(socket: Socket<RawEnd>) {
    socket.data.socket = socket;
    socket.data.flush();
  },
  data(socket: Socket<RawEnd>, bytes: Buffer) {
    if (socket.data.bytes < mostText) socket.data.text += bytes.toString('latin1');
    socket.data.bytes += bytes.length;
    socket.data.onText?.();
  },
  drain(socket: Socket<RawEnd>) {
    socket.data.flush();
  },
  end(socket: Socket<RawEnd>) {
    socket.data.state = 'ended';
    socket.end();
  },
  close(socket: Socket<RawEnd>, error?: Error) {
    if (socket.data.state === 'open') socket.data.state = error === undefined ? 'ended' : 'reset';
  },
  error() {},
};

export async function connect(port: number, hostname = '127.0.0.1'): Promise<RawEnd> {
  const end = new RawEnd();
  await Bun.connect<RawEnd>({ hostname, port, data: end, socket: handler, allowHalfOpen: true });
  return end;
}

/** An app that does what `answer` says for each piece of text it receives. */
export interface RawApp {
  readonly target: Target;
  /** Every connection it had, in order. */
  readonly connections: RawEnd[];
  /** All text received, over all connections. */
  readonly received: string;
  close(): void;
}

export function startApp(id: string, answer: (end: RawEnd) => void): RawApp {
  const connections: RawEnd[] = [];
  const server = Bun.listen<RawEnd>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      ...handler,
      open(socket) {
        const end = new RawEnd();
        end.socket = socket;
        end.onText = () => answer(end);
        socket.data = end;
        connections.push(end);
      },
    },
  });
  return {
    target: { id, host: '127.0.0.1', port: server.port },
    connections,
    get received() {
      return connections.map((end) => end.text).join('');
    },
    close: () => server.stop(true),
  };
}

/** Answers every whole request with `text`. */
export function answering(text: string): (end: RawEnd) => void {
  const answered = new WeakMap<RawEnd, number>();
  return (end) => {
    const whole = wholeRequests(end.text);
    for (let count = answered.get(end) ?? 0; count < whole; count++) end.send(text);
    answered.set(end, whole);
  };
}

function wholeRequests(text: string): number {
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const empty = text.indexOf('\r\n\r\n', at);
    if (empty === -1) return count;
    const head = text.slice(at, empty + 2);
    at = empty + 4 + Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? 0);
    if (/\r\ntransfer-encoding: chunked\r\n/i.test(head)) {
      const last = /\r\n0\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(text.slice(empty + 2));
      at = last === null ? Number.POSITIVE_INFINITY : empty + 2 + last.index + last[0].length;
    }
    if (at > text.length) return count;
    count++;
  }
  return count;
}

export const ok = (body: string, fields = '') =>
  `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;

/** A service whose admission and leases are in the test's hands. */
export class FakeService implements Service {
  healthPath = '/up';
  rules: ServiceRules | null = null;
  readonly outcomes: Outcome[] = [];
  readonly failed: string[] = [];
  readonly answered: string[] = [];
  open = 0;
  asked = 0;
  drain: (() => void)[] = [];
  cut: (() => void)[] = [];
  admission: (() => Admission) | null = null;
  /** Holds nobody where null. */
  held: SecondWind | null = null;

  constructor(
    readonly key: string,
    public backend: Backend,
  ) {}

  admit(): Admission {
    this.asked++;
    return this.admission?.() ?? { kind: 'go', lease: this.lease() };
  }

  hold(): Hold | null {
    return this.held?.hold() ?? null;
  }

  get release(): number {
    return this.backend.release;
  }

  lease(): Lease {
    this.open++;
    const { key, backend } = this;
    const targets = backend.kind === 'instances' ? backend.targets : [];
    let ended = false;
    return {
      service: key,
      backend,
      pick: (tried) => targets.find(({ id }) => !tried.has(id)) ?? null,
      answered: ({ id }) => this.answered.push(id),
      failed: ({ id }) => this.failed.push(id),
      onDrain: (callback) => this.drain.push(callback),
      onCut: (callback) => this.cut.push(callback),
      end: (outcome) => {
        if (ended) throw new Error('a lease ended twice');
        ended = true;
        this.open--;
        this.outcomes.push(outcome);
      },
    };
  }
}

export interface Rig {
  readonly port: number;
  readonly path: DataPath;
  readonly service: FakeService;
  readonly log: AccessEntry[];
  readonly errors: string[];
  /** Sends `text` on a new connection and resolves with the connection. */
  ask(text: string): Promise<RawEnd>;
  close(): Promise<void>;
}

export interface RigOptions {
  targets?: Target[];
  backend?: Backend;
  route?: Partial<Route>;
  limits?: Partial<Limits>;
  endpoints?: readonly Endpoint[];
  filters?: readonly AnswerFilter[];
  trusted?: TrustedPeers;
  turnedAway?: TurnedAway;
  clock?: Clock;
  shortcuts?: Shortcuts;
  challengeTask?(service: string, client: string, bits: number): string;
  endpointHosts?: ReadonlyMap<string, string>;
  door?: PlainDoor;
  strictTransport?(host: string): string | null;
}

/** One service under the host `app.test`. */
export function startRig(options: RigOptions): Rig {
  const backend = options.backend ?? { kind: 'instances', release: 7, targets: options.targets ?? [] };
  const service = new FakeService('shop/production', backend);
  const route: Route = { host: 'app.test', pathPrefix: '/', stripPrefix: false, ...options.route };
  const log: AccessEntry[] = [];
  const errors: string[] = [];
  const note = (message: string) => void errors.push(message);
  const errorLog: Log = { debug: note, info: note, warn: note, error: note, child: () => errorLog };
  const path = createDataPath({
    table: () => ({
      match: (host) => (host.startsWith('app.test') ? { service, route } : null),
      site: (host) => (host.startsWith('app.test') ? service : null),
      endpoint: (host) => options.endpointHosts?.get(host) ?? null,
    }),
    filters: () => options.filters ?? [],
    endpoints: () => new Map(options.endpoints?.map((endpoint) => [endpoint.name, endpoint])),
    ...(options.turnedAway === undefined ? {} : { turnedAway: options.turnedAway }),
    ...(options.trusted === undefined ? {} : { trusted: options.trusted }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.shortcuts === undefined ? {} : { shortcuts: options.shortcuts }),
    challengeTask: (service, client, bits) => options.challengeTask?.(service, client, bits) ?? '',
    log: { record: (entry) => void log.push(entry) },
    errorLog,
    probeToken: 'the-token',
    ...(options.door === undefined ? {} : { door: options.door }),
    ...(options.strictTransport === undefined ? {} : { strictTransport: options.strictTransport }),
    limits: { tickMs: 20, ...options.limits },
  });
  const { port } = path.listen({ hostname: '127.0.0.1', port: 0, reusePort: false });
  return {
    port,
    path,
    service,
    log,
    errors,
    async ask(text) {
      const end = await connect(port);
      end.send(text);
      return end;
    },
    close: () => path.stop(0),
  };
}

export const get = (path = '/', fields = '') => `GET ${path} HTTP/1.1\r\nHost: app.test\r\n${fields}\r\n`;

/** Apps and rigs of one test; `close`, called after each, ends them all. */
export function startApps() {
  const open: (() => unknown)[] = [];
  const app = (answer: (end: RawEnd) => void, id = 'a'): RawApp => {
    const started = startApp(id, answer);
    open.push(() => started.close());
    return started;
  };
  const rig = (options: RigOptions): Rig => {
    const started = startRig(options);
    open.push(() => started.close());
    return started;
  };
  return {
    app,
    rig,
    /** An app, and a rig with it as the only instance. */
    one(answer: (end: RawEnd) => void, options: RigOptions = {}): { app: RawApp; rig: Rig } {
      const started = app(answer);
      return { app: started, rig: rig({ targets: [started.target], ...options }) };
    },
    async close(): Promise<void> {
      for (const close of open.splice(0).reverse()) await close();
    },
  };
}
