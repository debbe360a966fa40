/** Tells a person who looks elsewhere what their servers raise, and that one of them cannot be reached at all. */

import { useEffect, useRef } from 'react';
import type { NoticeShown } from '../../../shared/notify/notice.ts';
import { type Desk, useDesk } from './desk.ts';
import { pathOf } from './route.ts';
import { serverClient } from './server-client.ts';
import type { KnownServer } from './servers.tsx';

export function useNoticeWatch(servers: readonly KnownServer[]): void {
  const desk = useDesk();
  const reached = useRef(new Map<string, boolean>());
  const connected = servers.filter(({ state }) => state.kind === 'connected').map(({ id }) => id);
  const key = connected.join();
  useEffect(() => {
    const stop = new AbortController();
    for (const server of key.split(',').filter(Boolean)) {
      const tell = (notice: NoticeShown) => tellNotice(desk, server, notice);
      // A line that is cut says so by itself.
      serverClient(desk.host, server)
        .stream('notify.follow', {}, tell, stop.signal)
        .catch(() => undefined);
    }
    return () => stop.abort();
  }, [desk, key]);
  useEffect(() => {
    for (const { id, name, state } of servers) {
      const turned = reachedOf(state.kind);
      const before = reached.current.get(id);
      if (turned === null || turned === before) continue;
      reached.current.set(id, turned);
      // The first look is no news.
      if (before === undefined || document.hasFocus()) continue;
      const title = turned ? `${name} is reached again` : `${name} cannot be reached`;
      const body = turned
        ? 'Its line stands.'
        : 'Nothing on it can tell you why. It may be down, or the way to it.';
      desk.notices.tell({ title, body, view: pathOf({ kind: 'server', server: id }) });
    }
  }, [desk, servers]);
}

/** Null while nothing is known: it connects, or waits for the person. */
export function reachedOf(kind: KnownServer['state']['kind']): boolean | null {
  if (kind === 'connected' || kind === 'control-lost') return true;
  return kind === 'unreachable' ? false : null;
}

/** Null where nobody needs to be told: it is only news, or its page tells it by itself. */
export function noticeWords(notice: NoticeShown): { title: string; body: string } | null {
  const { kind, state, severity, title, text } = notice;
  if (kind.startsWith('deployment.') || (state === 'news' && severity === 'info')) return null;
  return { title: state === 'resolved' ? `Resolved: ${title}` : title, body: text.slice(0, 300) };
}

function tellNotice({ notices }: Desk, server: string, notice: NoticeShown): void {
  const words = noticeWords(notice);
  if (words === null || document.hasFocus()) return;
  notices.tell({ ...words, view: pathOf({ kind: 'server-page', server, page: 'incidents' }) });
}
