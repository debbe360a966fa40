/** One attempt of any check, by its kind. */

import type { Check } from '../../shared/uptime/check.ts';
import type { Apps } from './apps.ts';
import type { Heartbeats } from './heartbeats.ts';
import type { Outcome } from './outcome.ts';

/** Null where nothing happened: the next call of a heartbeat is still waited for. */
export async function attemptCheck(
  check: Check,
  signal: AbortSignal,
  { apps, heartbeats }: { apps: Apps; heartbeats: Heartbeats },
): Promise<Outcome | null> {
  const { target, allowPrivate } = check;
  const timeoutMs = check.timeoutSeconds * 1000;
  switch (target.kind) {
    case 'app':
      return visitApp(apps, target, timeoutMs);
    case 'instances':
      return countInstances(apps, target);
    case 'push':
    case 'cron':
      return heartbeats.silence(check.id, check.everySeconds);
    default: {
      const { probe } = await import('./probe.ts');
      return probe(target, { allowPrivate, timeoutMs, signal });
    }
  }
}

async function visitApp(
  apps: Apps,
  { app, environment }: { app: string; environment: string },
  timeoutMs: number,
): Promise<Outcome> {
  const site = apps.find(app, environment);
  if (site?.state !== 'serving') return { kind: 'off', why: `it is ${site?.state ?? 'removed'}` };
  const visit = await apps.visit(app, environment, timeoutMs);
  switch (visit.kind) {
    case 'answered': {
      const { status, ms } = visit;
      return status >= 200 && status < 400
        ? { kind: 'up', ms, detail: `${status}` }
        : { kind: 'down', ms, why: `it answered ${status}` };
    }
    case 'refused':
      return { kind: 'down', ms: null, why: 'the connection was refused' };
    case 'timeout':
      return { kind: 'down', ms: null, why: `no answer within ${timeoutMs / 1000} s` };
    case 'broken':
      return { kind: 'down', ms: null, why: visit.message };
  }
}

function countInstances(apps: Apps, { app, environment }: { app: string; environment: string }): Outcome {
  const site = apps.find(app, environment);
  if (site?.state !== 'serving') return { kind: 'off', why: `it is ${site?.state ?? 'removed'}` };
  const found = apps.instances(app, environment);
  if (found === null) return { kind: 'off', why: 'it is removed' };
  const { running, wanted } = found;
  const why = `${running} of ${wanted} instances run`;
  return running >= wanted ? { kind: 'up', ms: 0, detail: why } : { kind: 'down', ms: null, why };
}
