/** Sends mutated requests through a data path and has a witness read what reached the app. */

import type { Endpoint } from '../../kernel/endpoint.ts';
import { htmlInjection } from '../../kernel/html-injection.ts';
import { answering, ok, type Rig, startApp, startRig } from '../rig.ts';
import { ServiceRules } from '../rules/service-rules.ts';
import { patienceMs, within } from './aftermath.ts';
import { pickRequest } from './corpus.ts';
import { inBatches } from './in-batches.ts';
import { mutate } from './mutate.ts';
import { pick, type Random, seeded } from './random.ts';

export interface FuzzReport {
  readonly mutations: number;
  /** Requests that reached the app, as the witness counts them. */
  readonly forwarded: number;
  /** Statuses that visitors got, with how often. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What must never happen; empty where all is well. */
  readonly faults: readonly string[];
}

/** Long enough for whatever is answered at once; then the client says that it has no more to send. */
const answerMs = 40;

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
  const forwarded = await inBatches({
    mutations: options.mutations,
    atOnce: 200,
    app,
    rigs: [plain, shaped],
    faults,
    visit() {
      const text = mutate(pickRequest(random), pickRequest(random), random);
      return visit(pick(random, [plain, shaped]), pieces(text, random), faults);
    },
    seen: (text) => count(text, statuses),
  });
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
