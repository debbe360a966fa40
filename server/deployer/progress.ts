/** The one place where a deployment changes phase: decided by the machine, stored, then told. */

import { type Effect, type Happening, step } from '../../shared/deployer/deployment.ts';
import type { Deployment, Failure } from '../../shared/deployer/model.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../kernel/events.ts';
import type { Store } from '../kernel/store.ts';
import type { DeploymentRow, DeploymentStore } from './deployment-store.ts';

export interface Progress {
  /**
   * Moves the deployment on and tells everybody. Throws a bug where the machine refuses.
   * `also` runs in the same transaction; what it returns runs after it is on disk and before anybody is told.
   * With `quietly` nobody is told until `announce`.
   */
  move(
    id: string,
    happening: Happening,
    more?: { failure?: Failure; also?: () => (() => void) | undefined; quietly?: boolean },
  ): readonly Effect[];
  /** Tells everybody where the deployment stands. */
  announce(id: string): void;
  /** The deployment as it is shown. */
  show(row: DeploymentRow): Deployment;
}

export function createProgress(parts: {
  clock: Clock;
  store: Store;
  events: Events;
  deployments: DeploymentStore;
  urlOf(row: DeploymentRow): string | null;
  /** How many are before it, where it waits. */
  ahead?(row: DeploymentRow): number | undefined;
}): Progress {
  const { clock, store, events, deployments } = parts;
  const show = (row: DeploymentRow): Deployment => {
    const { appId: _app, environmentId: _environment, ...shown } = row;
    const ahead = row.finishedAt === null ? parts.ahead?.(row) : undefined;
    return { ...shown, url: parts.urlOf(row), ...(ahead === undefined ? {} : { ahead }) };
  };
  const announce = (id: string) => events.emit('deployment.changed', show(deployments.get(id)));
  return {
    show,
    announce,
    move(id, happening, more = {}) {
      const { effects, after } = store.transaction(() => {
        const made = step(deployments.get(id).phase, happening);
        if (made.kind === 'refused') throw new Error(`deployment ${id}: ${happening.kind}: ${made.reason}`);
        deployments.enter(id, made.phase, clock.now(), more.failure);
        return { effects: made.effects, after: more.also?.() };
      });
      after?.();
      if (!more.quietly) announce(id);
      return effects;
    },
  };
}
