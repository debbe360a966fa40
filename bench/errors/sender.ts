/** Sends envelopes to a server from a process of its own, on the core of the load. */

import { join } from 'node:path';
import { runProgram } from '../machine/child.ts';
import { cores, pinned } from '../machine/pin.ts';
import { program } from '../machine/program.ts';
import type { Windlass } from '../peers/windlass.ts';

export interface Sent {
  /** Answered with 200: grouped, stored and on disk. */
  accepted: number;
  refused: number;
  bytes: number;
}

export interface SendOptions {
  seconds: number;
  /** Envelopes a second to aim at; absent for as many as go. */
  perSecond?: number;
  /** It ends with so many; absent for as many as go. */
  events?: number;
  /** Each different from all others, under the id that is its number. */
  fresh?: boolean;
}

export interface Sender {
  readonly app: string;
  send(options: SendOptions): Promise<Sent>;
}

const connections = 16;

/** For the project of `app`, whose quota is set out of the way. */
export async function openSender(windlass: Windlass, app: string): Promise<Sender> {
  await windlass.control.call('errors.configure', { app, perMinute: 10_000_000 });
  const { dsn } = await windlass.control.call('errors.project', { app });
  const { username: key, pathname } = new URL(dsn ?? '');
  const path = `/.windlass/api/${pathname.split('/').at(-1)}/envelope/?sentry_key=${key}`;
  return {
    app,
    async send({ seconds, perSecond = 0, events = 0, fresh = false }) {
      const url = `http://127.0.0.1:${windlass.port()}${path}`;
      const argv = [process.execPath, join(import.meta.dir, 'send.ts'), url];
      return JSON.parse(
        await runProgram(
          pinned(
            cores.load,
            givingWay([...argv, ...[seconds, connections, perSecond, events, Number(fresh)].map(String)]),
          ),
        ),
      );
    },
  };
}

/**
 * Who sends errors has a machine of their own. Here they share a core with the visitors, and what would be measured is how
 * long those wait for it.
 */
function givingWay(argv: readonly string[]): string[] {
  return [program('chrt'), '--idle', '0', ...argv];
}
