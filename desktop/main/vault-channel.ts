/** The vault across two processes: the host asks, the main process, which alone reaches the system's keeping, answers. */

import * as z from 'zod/mini';
import { secrets, serverId } from '../../shared/desktop/address.ts';
import { keeping } from '../../shared/desktop/keeping.ts';
import type { Vault } from '../host/vault.ts';
import type { SecretStore } from './secret-store.ts';

const question = z.object({
  kind: z.literal('vault'),
  n: z.number(),
  act: z.enum(['keeping', 'get', 'set', 'remove']),
  server: z.optional(serverId),
  secrets: z.optional(secrets),
});

const answer = z.object({ kind: z.literal('vault'), n: z.number(), value: z.unknown() });

/** In the main process: answers whatever is a question of the host, and nothing else. */
export async function answerVault(
  message: unknown,
  store: SecretStore,
  reply: (message: unknown) => void,
): Promise<void> {
  const parsed = question.safeParse(message);
  if (!parsed.success) return;
  const { n, act, server, secrets: given } = parsed.data;
  const name = `server-${server}`;
  const work = async (): Promise<unknown> => {
    if (act === 'keeping') return store.keeping;
    if (server === undefined) return null;
    if (act === 'get') return JSON.parse((await store.get(name)) ?? 'null');
    if (act === 'set' && given !== undefined) await store.set(name, JSON.stringify(given));
    if (act === 'remove') await store.remove(name);
    return null;
  };
  // A keyring that was locked or replaced meanwhile: the person is asked again.
  const value = await work().catch(() => null);
  reply({ kind: 'vault', n, value });
}

/** In the host's process. */
export function vaultOver(port: {
  postMessage(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}): Vault {
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  port.onMessage((message) => {
    const parsed = answer.safeParse(message);
    if (!parsed.success) return;
    waiting.get(parsed.data.n)?.(parsed.data.value);
    waiting.delete(parsed.data.n);
  });
  const ask = (act: string, more: object = {}) =>
    new Promise<unknown>((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      port.postMessage({ kind: 'vault', n: last, act, ...more });
    });
  return {
    async keeping() {
      const parsed = keeping.safeParse(await ask('keeping'));
      return parsed.success ? parsed.data : { kind: 'memory', why: 'The system keeps no secrets here.' };
    },
    async get(server) {
      const parsed = secrets.safeParse(await ask('get', { server }));
      return parsed.success ? parsed.data : null;
    },
    set: async (server, given) => void (await ask('set', { server, secrets: given })),
    remove: async (server) => void (await ask('remove', { server })),
  };
}
