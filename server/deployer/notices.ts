/** What people should hear of deploying: failures, rollbacks, crash loops, services unwell, and that they are over. */

import type { Deployment } from '../../shared/deployer/model.ts';
import type { Clock } from '../kernel/clock.ts';
import type { EventMap, Events } from '../kernel/events.ts';
import type { Notice } from '../kernel/notice.ts';
import type { DeploymentRow, DeploymentStore } from './deployment-store.ts';

type Kind =
  | 'deployment.failed'
  | 'deployment.rolled-back'
  | 'deployment.errors'
  | 'instance.crash-loop'
  | 'service.unhealthy';
type Place = { app: string; environment: string; release: number | null; service?: string };

/** Most earlier deployments that one which went live can be the end of. */
const lookBack = 100;

/** Raises notices until the function it returns is called. */
export function raiseNotices(parts: {
  clock: Clock;
  events: Events;
  deployments: DeploymentStore;
}): () => void {
  const { clock, events, deployments } = parts;
  /** Environments without a crash loop that is still to be closed. After a start nobody knows, so none is in here. */
  const calm = new Set<string>();
  /** Services without a failing health check that is still to be closed. */
  const well = new Set<string>();

  const raise = (
    kind: Kind,
    { app, environment, release, service }: Place,
    what: Pick<Notice, 'state' | 'severity' | 'title' | 'text'>,
  ) =>
    events.emit('notice', {
      kind,
      subject: `${kind}:${app}/${environment}${service === undefined ? '' : `/${service}`}`,
      app,
      environment,
      release,
      at: clock.now(),
      ...what,
    });

  const resolve = (kind: Kind, place: Place) =>
    raise(kind, place, {
      state: 'resolved',
      severity: 'info',
      title: `${nameOf(place)} is live again`,
      text: `Release ${place.release} serves and did well.`,
    });

  const changed = (shown: Deployment) => {
    switch (shown.phase) {
      case 'watching':
        if (shown.warning == null) return;
        raise('deployment.errors', shown, {
          state: 'opened',
          severity: 'warning',
          title: `release ${shown.release} of ${nameOf(shown)} has far more errors than the one before`,
          text: `${shown.warning}. It stays live; \`windlass rollback ${shown.app}\` goes back. With "errors": "rollback" under "health" in windlass.json that happens by itself.`,
        });
        return;
      case 'failed':
        raise('deployment.failed', shown, {
          state: 'opened',
          severity: shown.previousRelease === null ? 'critical' : 'warning',
          title: `a deployment of ${nameOf(shown)} failed`,
          text: reasonOf(shown),
        });
        return;
      case 'rolled-back':
        if (wasByHand(deployments, shown.id)) return;
        raise('deployment.rolled-back', shown, {
          state: 'opened',
          severity: 'warning',
          title: `${nameOf(shown)} was rolled back to release ${shown.previousRelease}`,
          text: reasonOf(shown),
        });
        return;
      case 'live': {
        const bad = badBefore(deployments, deployments.get(shown.id));
        if (bad.has('failed')) resolve('deployment.failed', shown);
        if (bad.has('rolled-back')) resolve('deployment.rolled-back', shown);
        if (shown.warning == null && bad.warned) resolve('deployment.errors', shown);
        const key = nameOf(shown);
        if (!calm.has(key)) resolve('instance.crash-loop', shown);
        calm.add(key);
        return;
      }
      default:
    }
  };

  const exited = (death: EventMap['instance.exited']) => {
    if (!death.looping) return;
    calm.delete(nameOf(death));
    raise('instance.crash-loop', death, {
      state: 'opened',
      severity: 'critical',
      title: `${nameOf(death)} keeps crashing`,
      text: `${death.instance} ended again: ${death.exit}. It is started again every minute; \`windlass logs ${death.app}\` says why it ends, \`windlass rollback ${death.app}\` goes back.`,
    });
  };

  const turned = (seen: EventMap['service.health']) => {
    const { app, service } = seen;
    const name = `${service} of ${nameOf(seen)}`;
    switch (seen.health) {
      case 'unhealthy':
        well.delete(name);
        raise('service.unhealthy', seen, {
          state: 'opened',
          severity: seen.restarts ? 'warning' : 'critical',
          title: `${name} is not well any more`,
          text: `Its health check fails after it had passed. ${seen.restarts ? 'It is ended and started again' : 'Its "restart" says to leave it so'}; \`windlass logs ${app}\` says more.`,
        });
        return;
      case 'healthy':
        if (well.has(name)) return;
        well.add(name);
        raise('service.unhealthy', seen, {
          state: 'resolved',
          severity: 'info',
          title: `${name} is well again`,
          text: 'Its health check passes.',
        });
    }
  };

  const ends = [
    events.on('deployment.changed', changed),
    events.on('instance.exited', exited),
    events.on('service.health', turned),
  ];
  return () => {
    for (const end of ends) end();
  };
}

const nameOf = ({ app, environment }: { app: string; environment: string }) =>
  environment === 'production' ? app : `${app} ${environment}`;

function reasonOf({ failure, previousRelease }: Deployment): string {
  // One that misbehaves with nothing to go back to is left running, and its hint says so.
  const serves =
    previousRelease !== null
      ? `Release ${previousRelease} goes on serving.`
      : failure?.phase === 'watching'
        ? undefined
        : 'Nothing serves in its place.';
  return [failure?.message, failure?.hint, serves].filter((part) => part !== undefined).join('\n');
}

/** Whoever rolled back knows. */
function wasByHand(deployments: DeploymentStore, id: string): boolean {
  const row = deployments.get(id);
  const [newest] = deployments.list(row.appId, row.environmentId, 1);
  return newest !== undefined && newest.id !== id && newest.kind === 'rollback';
}

/** How deployments ended since the last one that went live, and whether it or one of them was warned of. */
function badBefore(deployments: DeploymentStore, row: DeploymentRow) {
  const found = new Set<DeploymentRow['phase']>();
  let warned = false;
  for (const each of deployments.list(row.appId, row.environmentId, lookBack)) {
    if (each.id === row.id || each.createdAt > row.createdAt) continue;
    warned ||= each.warning != null;
    if (each.phase === 'live') break;
    found.add(each.phase);
  }
  return { has: (phase: DeploymentRow['phase']) => found.has(phase), warned };
}
