/** A server's analytics on a folder of its own, with the clock in hand: what tests send to and ask. */

import { afterEach, beforeEach } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteStatus } from '../../shared/analytics/contract.ts';
import { type Answer, question } from '../../shared/analytics/query.ts';
import type { EndpointRequest } from '../kernel/endpoint.ts';
import type { Feature } from '../kernel/feature.ts';
import { type OpenKernel, openKernel } from '../kernel/kernel.ts';
import { createAnalytics, migrations } from './index.ts';

export const dayMs = 86_400_000;
export const noon = Date.UTC(2026, 9, 24, 12);
export const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';

/** The room of the test that runs. */
export const room = {
  root: '',
  now: 0,
  kernel: null as OpenKernel | null,
  feature: null as unknown as Feature,

  async start(): Promise<void> {
    room.kernel = await openKernel({
      root: room.root,
      migrations,
      writeLog: () => {},
      clock: { now: () => room.now, monotonic: () => performance.now() },
    });
    room.feature = createAnalytics(room.kernel.kernel).feature;
  },

  async stop(): Promise<void> {
    await room.feature.stop?.();
    await room.kernel?.close();
  },
};

/** A new room for each test of the file. */
export function roomForEach(): void {
  beforeEach(async () => {
    room.root = mkdtempSync(join(tmpdir(), 'windlass-analytics-'));
    room.now = noon;
    await room.start();
  });
  afterEach(async () => {
    await room.stop();
    rmSync(room.root, { recursive: true, force: true });
  });
}

export interface Sent {
  body?: unknown;
  endpoint?: string;
  headers?: Record<string, string>;
  client?: string;
  host?: string;
  method?: string;
}

export async function send({
  body = {},
  endpoint = 'event',
  headers = {},
  client = '198.51.100.1',
  host = 'shop.example',
  method = 'POST',
}: Sent) {
  const request: EndpointRequest = {
    method,
    path: '/',
    host,
    headers: new Headers({ 'user-agent': chrome, 'accept-language': 'de-DE,de;q=0.9', ...headers }),
    client,
    scheme: 'https',
    site: { app: 'shop', environment: 'production', release: 3 },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    signal: new AbortController().signal,
  };
  const answer = await room.feature.endpoints?.find(({ name }) => name === endpoint)?.answer(request);
  if (answer === undefined) throw new Error(`there is no endpoint ${endpoint}`);
  return answer;
}

export const view = (path: string, more: object = {}) => ({
  n: 'pageview',
  u: `https://shop.example${path}`,
  ...more,
});

export async function call<T>(method: string, params: object, context: object = {}): Promise<T> {
  const handler: (params: unknown, context: unknown) => T | Promise<T> = Reflect.get(
    room.feature.handlers,
    method,
  );
  const site = { app: 'shop', environment: 'production', counted: 'script' };
  return handler({ ...site, ...params }, { signal: new AbortController().signal, emit() {}, ...context });
}

export const ask = (given: object): Promise<Answer> =>
  call('analytics.ask', {
    question: question.parse({
      range: { from: room.now - 3 * dayMs, to: room.now + dayMs },
      metrics: ['visitors', 'visits', 'pageviews', 'events'],
      ...given,
    }),
  });
export const total = async (given: object = {}) => (await ask(given)).total.values;
export const by = async (dimension: string) =>
  Object.fromEntries(
    (await ask({ dimensions: [dimension], metrics: ['events'] })).rows.map(({ keys, values }) => [
      keys[0],
      values[0],
    ]),
  );
export const dropped = async () => (await call<SiteStatus>('analytics.status', {})).droppedToday;
