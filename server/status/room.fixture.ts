/** Status pages on a data folder of their own, over facts that a test makes up. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusPage } from '../../shared/status/page.ts';
import { statusPage } from '../../shared/status/page.ts';
import type { EndpointAnswer, EndpointRequest } from '../kernel/endpoint.ts';
import type { Feature, Handlers } from '../kernel/feature.ts';
import { type Kernel, openKernel } from '../kernel/kernel.ts';
import type { IncidentFact } from './facts.ts';
import { createStatus, migrations } from './index.ts';

export interface Letter {
  to: string;
  subject: string;
  text: string;
  headers?: Readonly<Record<string, string>>;
}

export interface Room {
  readonly kernel: Kernel;
  readonly handlers: Required<Handlers>;
  readonly signal: { signal: AbortSignal };
  readonly claimed: Map<string, string>;
  readonly letters: Letter[];
  readonly facts: {
    checks: { id: number; status: 'unknown' | 'up' | 'down' | 'paused' | 'maintenance' }[];
    days: { at: number; up: number; down: number }[];
    incidents: IncidentFact[];
    updates: { at: number; text: string }[];
    maintenance: { title: string; checks: number[]; from: number; to: number }[];
  };
  time: number;
  /** How often the facts were asked for. */
  asked: number;
  /** Letters fail so often before they go. */
  mailFailures: number;
  set(page: Partial<StatusPage>): Promise<StatusPage>;
  ask(
    path: string,
    more?: Partial<EndpointRequest>,
  ): Promise<{ status: number; text: string; headers: Record<string, string> }>;
  close(): Promise<void>;
}

export const day = 86_400_000;

export async function openRoom(): Promise<Room> {
  const root = mkdtempSync(join(tmpdir(), 'windlass-status-'));
  const room = { time: Date.UTC(2026, 4, 4, 9), asked: 0, mailFailures: 0 } as Room;
  const clock = { now: () => room.time, monotonic: () => room.time };
  const { kernel, close } = await openKernel({ root, migrations, writeLog: () => {}, clock });
  const facts: Room['facts'] = {
    checks: [
      { id: 1, status: 'up' },
      { id: 2, status: 'up' },
    ],
    days: [
      { at: Date.UTC(2026, 4, 3), up: 1439, down: 1 },
      { at: Date.UTC(2026, 4, 4), up: 540, down: 0 },
    ],
    incidents: [],
    updates: [],
    maintenance: [],
  };
  const claimed = new Map<string, string>();
  const letters: Letter[] = [];
  const feature: Feature = createStatus(kernel, {
    facts: {
      checks: () => {
        room.asked++;
        return facts.checks;
      },
      days: () => facts.days,
      incidents: () => facts.incidents,
      updates: () => facts.updates,
      maintenance: () => facts.maintenance,
    },
    hosts: {
      claim: (host, name) => void claimed.set(host, name),
      release: (host) => void claimed.delete(host),
      claims: () => [],
    },
    mailer: {
      async mail(letter) {
        if (room.mailFailures-- > 0) throw new Error('not now');
        letters.push(letter);
      },
    },
  });
  await feature.start?.();
  kernel.jobs.start();
  const [endpoint] = feature.endpoints ?? [];
  const signal = { signal: new AbortController().signal };
  return Object.assign(room, {
    ...{ kernel, facts, claimed, letters, signal, handlers: feature.handlers },
    set: async (page: Partial<StatusPage>) => {
      const components = [
        { name: 'Shop', checks: [1] },
        { name: 'Mail', group: 'Post', checks: [2] },
      ];
      const whole = statusPage.parse({ id: 0, slug: 'main', title: 'Harbour status', components, ...page });
      return (await room.handlers['status.set']({ page: whole }, signal)).page;
    },
    ask: async (path: string, more: Partial<EndpointRequest> = {}) => {
      const answer: EndpointAnswer | undefined = await endpoint?.answer({
        ...{ method: 'GET', path, host: 'shop.localhost', headers: new Headers(), client: '198.51.100.7' },
        ...{ scheme: 'https', site: null, body: new Uint8Array(), signal: signal.signal },
        ...more,
      });
      if (answer === undefined) throw new Error('there is no endpoint');
      const text = await new Response(answer.body ?? '').text();
      return { status: answer.status, text, headers: { ...answer.headers } };
    },
    close: async () => {
      await feature.stop?.();
      await close();
      rmSync(root, { recursive: true, force: true });
    },
  });
}

export async function until(holds: () => boolean, withinMs = 5000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await Bun.sleep(2);
  }
}
