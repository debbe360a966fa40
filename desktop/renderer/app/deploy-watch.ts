/** Tells a person who looks elsewhere how a deployment ended. */

import { useEffect, useRef } from 'react';
import type { App, Deployment } from '../../../shared/deployer/model.ts';
import { type Desk, useDesk } from './desk.ts';
import { pathOf } from './route.ts';
import { serverClient } from './server-client.ts';

/** `apps` of the server as last seen; each deployment under way in them is followed to its end, once. */
export function useDeployWatch(server: string | null, apps: readonly App[] | null): void {
  const desk = useDesk();
  const followed = useRef(new Set<string>());
  useEffect(() => {
    if (server === null) return;
    for (const id of underWay(apps ?? [])) {
      if (followed.current.has(id)) continue;
      followed.current.add(id);
      // A line that is cut says so by itself; what ended meanwhile is on its page.
      tellEnd(desk, server, id).catch(() => followed.current.delete(id));
    }
  }, [desk, server, apps]);
}

export function underWay(apps: readonly App[]): string[] {
  return apps.flatMap(({ environments }) =>
    environments.flatMap(({ deployment }) =>
      deployment !== null && deployment.phase !== 'watching' ? [deployment.id] : [],
    ),
  );
}

/** Null where nobody needs to be told: it was called off, or went back to wait. */
export function endWords(deployment: Deployment): { title: string; body: string } | null {
  const { app, phase, failure, release, previousRelease, url } = deployment;
  switch (phase) {
    case 'watching':
    case 'live':
      return {
        title: `${app} is live`,
        body: `Release ${release}${url === null ? '' : ` answers at ${url.replace(/^https?:\/\//, '').replace(/\/$/, '')}`}`,
      };
    case 'failed':
    case 'rolled-back': {
      const kept = previousRelease === null ? '' : ` Release ${previousRelease} keeps serving.`;
      const title = phase === 'failed' ? `${app} was not deployed` : `${app} went back`;
      return { title, body: `${(failure?.message ?? 'It ended badly.').slice(0, 300)}${kept}` };
    }
    default:
      return null;
  }
}

async function tellEnd({ host, notices }: Desk, server: string, id: string): Promise<void> {
  const end = await serverClient(host, server).stream('deployments.follow', { id }, () => undefined);
  const words = endWords(end);
  if (words === null || document.hasFocus()) return;
  const { app, environment } = end;
  notices.tell({ ...words, view: pathOf({ kind: 'deployment', server, app, environment, deployment: id }) });
}
