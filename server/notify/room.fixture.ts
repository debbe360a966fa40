/** Notifications on a data folder of their own, with a clock that a test moves, and an other side that records. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handlers } from '../kernel/feature.ts';
import { type Kernel, openKernel } from '../kernel/kernel.ts';
import type { Notice } from '../kernel/notice.ts';
import { createNotify, migrations, type Notify } from './index.ts';

export interface Room {
  readonly kernel: Kernel;
  readonly notify: Notify;
  readonly handlers: Required<Handlers>;
  readonly signal: { signal: AbortSignal };
  time: number;
  raise(notice?: Partial<Notice>): void;
  /** Stops it all and starts it on the same folder, as a restart of the server does. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openRoom(): Promise<Room> {
  const root = mkdtempSync(join(tmpdir(), 'windlass-notify-'));
  const signal = { signal: new AbortController().signal };
  let close = async () => {};
  const room = { signal, time: Date.UTC(2026, 4, 4, 9) } as Room & { kernel: Kernel; notify: Notify };
  const open = async () => {
    const clock = { now: () => room.time, monotonic: () => performance.now() };
    const opened = await openKernel({ root, migrations, writeLog: () => {}, clock });
    const notify = createNotify(opened.kernel);
    await notify.feature.start?.();
    Object.assign(room, { kernel: opened.kernel, notify, handlers: notify.feature.handlers });
    close = async () => {
      await notify.feature.stop?.();
      await opened.close();
    };
  };
  await open();
  return Object.assign(room, {
    raise: (notice: Partial<Notice> = {}) =>
      room.kernel.events.emit('notice', { ...aNotice(room.time), ...notice }),
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

export function aNotice(at: number): Notice {
  return {
    kind: 'check.down',
    subject: 'check:12',
    state: 'opened',
    severity: 'critical',
    app: 'shop',
    environment: 'production',
    release: 7,
    title: 'shop does not answer',
    text: 'It answered 500 <three> times & more.',
    at,
  };
}

export interface Taken {
  method: string;
  path: string;
  headers: Headers;
  body: string;
}

export interface OtherSide {
  readonly url: string;
  readonly taken: Taken[];
  /** What it answers from now on; `null` cuts the connection. */
  answer: (taken: Taken) => Response;
  /** Resolves once it got `count` requests in all. */
  got(count: number): Promise<void>;
  close(): void;
}

export function otherSide(answer: OtherSide['answer'] = () => new Response('ok')): OtherSide {
  const taken: Taken[] = [];
  const waiting: { count: number; tell: () => void }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const one = {
        method: request.method,
        path: pathname + search,
        headers: request.headers,
        body: await request.text(),
      };
      taken.push(one);
      for (const each of waiting) if (taken.length >= each.count) each.tell();
      return side.answer(one);
    },
  });
  const side: OtherSide = {
    url: `http://127.0.0.1:${server.port}`,
    taken,
    answer,
    got: (count) =>
      taken.length >= count ? Promise.resolve() : new Promise((tell) => waiting.push({ count, tell })),
    close: () => void server.stop(true),
  };
  return side;
}

/** Resolves once `holds` does; every change here follows an event within milliseconds. */
export async function until(holds: () => boolean, withinMs = 5000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await Bun.sleep(2);
  }
}
