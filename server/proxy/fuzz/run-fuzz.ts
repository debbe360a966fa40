/** Sends mutated requests through a data path and has a witness read what reached the app. */

import type { Endpoint } from '../../kernel/endpoint.ts';
import { htmlInjection } from '../../kernel/html-injection.ts';
import { answering, get, ok, type RawApp, type RawEnd, type Rig, startApp, startRig } from '../rig.ts';
import { ServiceRules } from '../rules/service-rules.ts';
import { pickRequest } from './corpus.ts';
import { mutate } from './mutate.ts';
import { pick, type Random, seeded } from './random.ts';
import { witness } from './witness.ts';

export interface FuzzReport {
  readonly mutations: number;
  /** Requests that reached the app, as the witness counts them. */
  readonly forwarded: number;
  /** Statuses that visitors got, with how often. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What must never happen; empty where all is well. */
  readonly faults: readonly string[];
}

const atOnce = 200;
/** Long enough for whatever is answered at once; then the client says that it has no more to send. */
const answerMs = 40;
/** A client that does not close is given up after this, ms. */
const patienceMs = 5_000;

/** Every second connection goes through rules, compression and a filter; one in eight is sent in pieces. */
export async function runFuzz(options: { mutations: number; seed: number }): Promise<FuzzReport> {
  const random = seeded(options.seed);
  const app = startApp('a', answering(ok('<head></head>hi', 'Content-Type: text/html\r\n')));
  const echo: Endpoint = { name: 'echo', maxBody: 1000, answer: ({ body }) => ({ status: 200, body }) };
  const limits = { bodyIdleMs: 200, headMs: 200, responseMs: 200, idleMs: 200 };
  const plain = startRig({ targets: [app.target], limits });
  const shaped = startRig({
    targets: [app.target],
    limits,
    endpoints: [echo],
    filters: [{ name: 'add', covers: () => true, begin: () => htmlInjection('<b>') }],
  });
  shaped.service.rules = new ServiceRules('shop/production', everyRule, [], new Uint8Array(32));
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  let forwarded = 0;
  try {
    for (let done = 0; done < options.mutations; done += atOnce) {
      const batch = Array.from({ length: Math.min(atOnce, options.mutations - done) }, () => {
        const text = mutate(pickRequest(random), pickRequest(random), random);
        return visit(pick(random, [plain, shaped]), pieces(text, random), faults);
      });
      for (const text of await Promise.all(batch)) count(text, statuses);
      forwarded += harvest(app, faults);
      await stillWell(plain, faults);
      if (faults.length > 20) break;
    }
    await closed(plain, shaped, faults);
    await Promise.all([plain.close(), shaped.close()]);
    for (const connection of app.connections) await within(patienceMs, connection);
    forwarded += harvest(app, faults);
  } finally {
    await Promise.all([plain.close(), shaped.close()]);
    app.close();
  }
  return { mutations: options.mutations, forwarded, statuses, faults };
}

const everyRule = {
  compress: true,
  maxBody: '1m',
  deny: ['203.0.113.0/24'],
  redirects: [{ from: '/moved/*', to: '/:splat' }],
  headers: [{ set: { 'X-Set': 'yes' }, remove: ['Server'] }],
  cors: [{ origins: ['https://a.example'] }],
  rates: [{ requests: 1_000_000, per: 1 }],
  concurrency: [{ most: 1_000 }],
};

async function visit(rig: Rig, parts: readonly string[], faults: string[]): Promise<string> {
  const client = await rig.ask('');
  for (const part of parts) {
    if (client.state !== 'open') break;
    client.send(part);
    if (parts.length > 1) await Bun.sleep(0);
  }
  await within(answerMs, client);
  client.end();
  await within(patienceMs, client);
  if (client.state === 'open') {
    faults.push(`a connection was left open after ${JSON.stringify(parts.join('').slice(0, 300))}`);
    client.reset();
  }
  return client.text;
}

/** Waits until the other side ends the connection, `ms` at most. */
async function within(ms: number, client: RawEnd): Promise<void> {
  const until = performance.now() + ms;
  while (client.state === 'open' && performance.now() < until) await Bun.sleep(5);
}

function pieces(text: string, random: Random): string[] {
  if (random(8) > 0 || text.length > 2_000) return [text];
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + random(40);
    parts.push(text.slice(at, at + length));
    at += length;
  }
  return parts;
}

function count(text: string, statuses: Map<number, number>): void {
  for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
    statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
  }
}

/** Reads the app's connections that are over and forgets them. */
function harvest(app: RawApp, faults: string[]): number {
  let requests = 0;
  for (let index = app.connections.length - 1; index >= 0; index--) {
    const connection = app.connections[index];
    if (connection === undefined || connection.state === 'open') continue;
    const testimony = witness(connection.text);
    requests += testimony.requests;
    faults.push(...testimony.faults);
    app.connections.splice(index, 1);
  }
  return requests;
}

/** A request in order is answered, by the app and with its own answer. */
async function stillWell(rig: Rig, faults: string[]): Promise<void> {
  const client = await rig.ask(get('/well', 'Connection: close\r\n'));
  await within(patienceMs, client);
  if (!client.text.startsWith('HTTP/1.1 200 ') || !client.text.endsWith('hi')) {
    faults.push(`a request in order got ${JSON.stringify(client.text.slice(0, 200))}`);
  }
}

async function closed(plain: Rig, shaped: Rig, faults: string[]): Promise<void> {
  const until = performance.now() + patienceMs;
  const open = () =>
    plain.path.connections + shaped.path.connections + plain.service.open + shaped.service.open;
  while (open() > 0 && performance.now() < until) await Bun.sleep(5);
  if (open() > 0) faults.push(`${open()} connections or leases are left`);
  for (const error of [...plain.errors, ...shaped.errors]) faults.push(`a bug was logged: ${error}`);
}
