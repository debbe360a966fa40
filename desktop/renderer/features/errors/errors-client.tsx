/** The server's answers about errors, and those of the copy on this computer while the server is away. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { toPublicError } from '../../../../shared/errors.ts';
import { ago } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useDesk } from '../../app/desk.ts';
import type { HostClient } from '../../app/host-client.ts';
import type { ServerClient } from '../../app/server-client.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Notice } from '../../ui/notice.tsx';
import { type AskedOfIssues, listCopied } from './issues-of-copy.ts';

/** A copy older than this is brought up to date by itself while a page of errors is open. */
const staleMs = 15 * 60_000;
/** How often it is looked at. */
const lookMs = 60_000;

const context = createContext<ServerClient | null>(null);

/** Keeps the copy up to date, and says so where what is shown is of it. */
export function ErrorsClient({ at, children }: { at: At; children: ReactNode }) {
  const { host } = useDesk();
  const { server: id, app } = at;
  const server = useServerClient(id);
  const [copiedAt, setCopiedAt] = useState<number | null>(null);
  const copy = useMemo(() => ({ host, id, app }), [host, id, app]);
  const client = useMemo(() => withCopy(server, copy, setCopiedAt), [server, copy]);
  const away = copiedAt !== null;
  useEffect(() => {
    if (away) return;
    const stop = new AbortController();
    // A server that cannot be reached, or a desktop that keeps no copies, has nothing to fetch from or to.
    const refresh = () => bringUpToDate(copy, stop.signal).catch(() => undefined);
    refresh();
    const timer = setInterval(refresh, lookMs);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, [copy, away]);
  return (
    <context.Provider value={client}>
      {copiedAt !== null && (
        <Notice
          tone="warn"
          message={`The server cannot be reached: this is the copy on this computer, of ${ago(copiedAt, Date.now())}`}
          hint="It has the latest fifty issues, each with its newest event."
        />
      )}
      {children}
    </context.Provider>
  );
}

/** Within an `ErrorsClient`. */
export function useErrorsClient(): ServerClient {
  const client = useContext(context);
  if (client === null) throw new Error('a page of errors stands outside of ErrorsClient');
  return client;
}

interface Copy {
  host: HostClient;
  /** The server's. */
  id: string;
  app: string;
}

async function bringUpToDate({ host, ...app }: Copy, signal: AbortSignal): Promise<void> {
  const { syncedAt } = await host.call('errorsCopy.issues', app, signal);
  if (syncedAt === null || Date.now() - syncedAt > staleMs) await host.call('errorsCopy.sync', app, signal);
}

function withCopy(server: ServerClient, copy: Copy, copied: (at: number | null) => void): ServerClient {
  const ask = server.call as (method: string, params: object, signal?: AbortSignal) => Promise<unknown>;
  const call = async (method: string, params: object, signal?: AbortSignal): Promise<unknown> => {
    try {
      const answer = await ask(method, params, signal);
      copied(null);
      return answer;
    } catch (error) {
      const { code } = toPublicError(error);
      if (signal?.aborted || (code !== 'unavailable' && code !== 'timeout')) throw error;
      // A desktop that keeps no copies refuses; the server's absence is then what to tell of.
      const found = await answerOfCopy(copy, method, params).catch(() => null);
      if (found === null) throw error;
      copied(found.syncedAt);
      return found.answer;
    }
  };
  return { ...server, call } as ServerClient;
}

/** Null where the copy has no answer to it. */
async function answerOfCopy(
  { host, ...app }: Copy,
  method: string,
  params: object,
): Promise<{ syncedAt: number; answer: unknown } | null> {
  const { syncedAt, issues } = await host.call('errorsCopy.issues', app);
  if (syncedAt === null) return null;
  const number = (name: string) => Number(Reflect.get(params, name));
  const find = (id: number) => issues.find(({ details }) => details.id === id);
  const given = (answer: unknown) => (answer === undefined ? null : { syncedAt, answer });
  switch (method) {
    case 'issues.list':
      return given(listCopied(issues, params as AskedOfIssues));
    case 'issues.get':
      return given(find(number('id'))?.details);
    case 'events.list': {
      const found = find(number('issue'));
      return given(found && { events: found.events });
    }
    case 'events.get':
      return given(await host.call('errorsCopy.event', { ...app, event: String(Reflect.get(params, 'id')) }));
    default:
      return null;
  }
}
