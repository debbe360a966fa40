/** A gateway in a test: its file, its port, its keys, and what it noted. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AiCall, KeyLimits } from '../../shared/gateway/contract.ts';
import { noLimits } from './config/key-store.ts';
import { emptySnapshot, type Snapshot, type SnapshotKey, type SnapshotProvider } from './config/snapshot.ts';
import { hashKey } from './surface/hash-key.ts';
import { createOpenGateway, type OpenGateway } from './worker/open-gateway.ts';
import type { FromWorker, QuestionName, Questions } from './worker/protocol.ts';

export const secrets = { shop: 'wlai-shop', blog: 'wlai-blog' } as const;

export function keyFor(app: keyof typeof secrets, limits: Partial<KeyLimits> = {}): SnapshotKey {
  return {
    id: app === 'shop' ? 1 : 2,
    hash: hashKey(secrets[app]),
    name: app,
    app,
    environment: null,
    limits: { ...noLimits, ...limits },
  };
}

export function provider(
  kind: SnapshotProvider['kind'],
  baseUrl: string,
  more: Partial<SnapshotProvider> = {},
): SnapshotProvider {
  return { name: kind, kind, baseUrl, models: [], secrets: [`${kind}-secret`], private: true, ...more };
}

export interface Rig {
  readonly gateway: OpenGateway;
  readonly url: string;
  readonly heard: FromWorker[];
  set(snapshot: Partial<Snapshot>): void;
  ask<K extends QuestionName>(name: K, question: Questions[K]['ask']): Promise<Questions[K]['answer']>;
  /** All calls, oldest first; waits until none is open. */
  calls(): Promise<AiCall[]>;
  post(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<Response>;
  close(): Promise<void>;
}

export function startRig(snapshot: Partial<Snapshot>): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-gateway-'));
  const heard: FromWorker[] = [];
  const waiting = new Map<number, (message: FromWorker) => void>();
  const whole = (parts: Partial<Snapshot>): Snapshot => ({
    ...emptySnapshot,
    keys: [keyFor('shop'), keyFor('blog')],
    ...parts,
  });
  const gateway = createOpenGateway(
    { file: join(folder, 'gateway.db'), port: 0, snapshot: whole(snapshot) },
    (message) => {
      heard.push(message);
      if ('id' in message) waiting.get(message.id)?.(message);
    },
  );
  const url = `http://127.0.0.1:${gateway.port}`;
  let next = 1;
  const rig: Rig = {
    gateway,
    url,
    heard,
    set: (parts) => gateway.set(whole(parts)),
    ask(name, question) {
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, (message) => {
          if (message.kind === 'answer') resolve(message.answer as never);
          else if (message.kind === 'refused') reject(new Error(message.error.message));
        });
        gateway.answer(id, name, question);
      });
    },
    async calls() {
      for (;;) {
        const calls = await rig.ask('calls', { from: 0, to: Date.now() + 1000, app: null, limit: 1000 });
        if (calls.every(({ state }) => state !== 'open')) return calls.reverse();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    post: (path, body, headers = {}, signal) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secrets.shop}`, 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...(signal === undefined ? {} : { signal }),
      }),
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}
