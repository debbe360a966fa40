/** Uptime on a data folder of its own, beside apps that a test makes up. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProbeResult } from '../../shared/proxy/evidence.ts';
import type { Target } from '../../shared/uptime/check.ts';
import { checkSettings } from '../../shared/uptime/check.ts';
import type { EndpointRequest } from '../kernel/endpoint.ts';
import type { Handlers } from '../kernel/feature.ts';
import { type Kernel, openKernel } from '../kernel/kernel.ts';
import type { Notice } from '../kernel/notice.ts';
import type { Site } from './apps.ts';
import { createUptime, migrations } from './index.ts';

export interface Room {
  readonly kernel: Kernel;
  readonly handlers: Required<Handlers>;
  readonly signal: { signal: AbortSignal };
  /** Every notice so far, as `state title`. */
  readonly told: string[];
  readonly notices: Notice[];
  readonly sites: Site[];
  answer: (app: string) => ProbeResult;
  instances: { running: number; wanted: number };
  add(target: Target, change?: object): Promise<number>;
  /** So many attempts one after the other; their outcomes. */
  attempts(id: number, count: number): Promise<string[]>;
  push(path: string): number;
  incidents(): Promise<{ open: number; all: number }>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openRoom(): Promise<Room> {
  const root = mkdtempSync(join(tmpdir(), 'windlass-uptime-'));
  const notices: Notice[] = [];
  const told: string[] = [];
  let close = async () => {};
  let push = (_path: string) => 0;
  const room = {
    signal: { signal: new AbortController().signal },
    ...{ told, notices },
    sites: [] as Site[],
    answer: () => ({ kind: 'answered', status: 200, ms: 3 }),
    instances: { running: 1, wanted: 1 },
  } as unknown as Room & { kernel: Kernel };
  const open = async () => {
    const { kernel, close: closeKernel } = await openKernel({ root, migrations, writeLog: () => {} });
    const { feature } = createUptime(kernel, {
      all: () => room.sites,
      find: (app, environment) =>
        room.sites.find((site) => site.app === app && site.environment === environment) ?? null,
      visit: async (app) => room.answer(app),
      instances: () => room.instances,
      deployment: () => 'd-1',
      urls: (app) => [`http://${app}.localhost`, `https://${app}.example.com`],
    });
    kernel.events.on('notice', (notice) => {
      notices.push(notice);
      told.push(`${notice.state} ${notice.title}`);
    });
    await feature.start?.();
    const endpoint = feature.endpoints?.find(({ name }) => name === 'push');
    push = (path) => {
      const request = { method: 'GET', path } as EndpointRequest;
      const answer = endpoint?.answer(request);
      return answer === undefined || answer instanceof Promise ? 0 : answer.status;
    };
    Object.assign(room, { kernel, handlers: feature.handlers });
    close = async () => {
      await feature.stop?.();
      await closeKernel();
    };
  };
  await open();
  const { signal } = room;
  return Object.assign(room, {
    add: async (target: Target, change: object = {}) => {
      const settings = checkSettings.parse({
        name: target.kind,
        ...{ target, allowPrivate: true, everySeconds: 3600, timeoutSeconds: 3 },
        ...change,
      });
      // Paused, so that only the test's own attempts count.
      const { check } = await room.handlers['checks.add']({ ...settings, paused: true }, signal);
      await room.handlers['checks.set'](
        { ...settings, id: check.id, paused: false, everySeconds: 86_400 },
        signal,
      );
      await until(
        async () =>
          (await view(room, check.id)).lastAt !== null || target.kind === 'push' || target.kind === 'cron',
      );
      return check.id;
    },
    attempts: async (id: number, count: number) => {
      const outcomes: string[] = [];
      for (let turn = 0; turn < count; turn++) {
        const { outcome, detail } = await room.handlers['checks.run']({ id }, signal);
        outcomes.push(outcome === 'up' ? 'up' : `${outcome}: ${detail}`);
      }
      return outcomes;
    },
    push: (path: string) => push(path),
    incidents: async () => {
      const { incidents } = await room.handlers['incidents.list']({ open: false, limit: 100 }, signal);
      return { open: incidents.filter(({ state }) => state !== 'resolved').length, all: incidents.length };
    },
    restart: async () => {
      await close();
      await open();
    },
    close: async () => {
      await close();
      rmSync(root, { recursive: true, force: true });
    },
  });
}

export async function view(room: Room, id: number) {
  const { checks } = await room.handlers['checks.list']({}, room.signal);
  const found = checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`there is no check ${id}`);
  return found;
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await Bun.sleep(5);
  }
}
