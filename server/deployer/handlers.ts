/** The deployer's methods of the server contract: look up, order, show. */

import type { LogLine } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Handlers } from '../kernel/feature.ts';
import type { Store } from '../kernel/store.ts';
import type { AppStore, EnvironmentRow } from './app-store.ts';
import type { DeploymentStore } from './deployment-store.ts';
import type { Feed } from './feed.ts';
import type { Orders } from './orders.ts';
import type { Progress } from './progress.ts';
import type { UploadStore } from './sources/upload-store.ts';
import type { VariableStore } from './variable-store.ts';
import type { View } from './view.ts';

export interface LogQuery {
  kind: 'run' | 'build';
  release: number | undefined;
  grep: string | undefined;
  since: number | undefined;
  tail: number;
  follow: boolean;
}

export interface HandlerParts {
  store: Store;
  apps: AppStore;
  deployments: DeploymentStore;
  variables: VariableStore;
  uploads: UploadStore;
  orders: Orders;
  feed: Feed;
  progress: Progress;
  view: View;
  /** Emits matching lines, oldest first, and resolves to their number; with `follow` when the signal aborts. */
  readLogs(
    environment: EnvironmentRow,
    query: LogQuery,
    emit: (line: LogLine) => void,
    signal: AbortSignal,
  ): Promise<number>;
}

export function createHandlers(parts: HandlerParts): Handlers {
  const { apps, deployments, orders, view, progress } = parts;
  const environmentOf = ({ app, environment }: { app: string; environment: string }) =>
    apps.environment(app, environment);

  return {
    'apps.list': async () => ({ apps: await Promise.all(apps.apps().map((row) => view.app(row))) }),
    'apps.get': ({ app }) => view.app(apps.app(app)),
    'apps.remove': async ({ app, volumes }) => {
      await orders.remove(app, volumes);
      return {};
    },
    'apps.stop': async (ref) => {
      await orders.stop(environmentOf(ref));
      return {};
    },
    'apps.start': async (ref, { signal }) => {
      await orders.start(environmentOf(ref), signal);
      return {};
    },
    'apps.scale': (ref) => orders.scale(environmentOf(ref), ref.instances),
    'apps.restart': (ref) => orders.restart(environmentOf(ref)),

    'uploads.create': (_params, { body, signal }) => parts.uploads.receive(body, signal),

    'deployments.create': async ({ app, environment, source, history }) => {
      // Asked for now, so that a wrong id is refused at the door and not in a queued job.
      if (source.kind === 'upload') await parts.uploads.path(source.upload);
      return orders.deploy(app, environment, source, history);
    },
    'deployments.get': ({ id }) => progress.show(deployments.get(id)),
    'deployments.list': ({ app, environment, limit }) => {
      const row = apps.app(app);
      const environmentId = environment === undefined ? null : apps.environment(app, environment).id;
      return { deployments: deployments.list(row.id, environmentId, limit).map(progress.show) };
    },
    'deployments.cancel': ({ id }) => orders.cancel(id),
    'deployments.follow': ({ id, toEnd }, { emit, signal }) => parts.feed.follow(id, toEnd, emit, signal),

    'releases.list': ({ app, environment }) => ({
      releases: view.releases(
        apps.app(app),
        environment === undefined ? undefined : apps.environment(app, environment),
      ),
    }),
    'releases.rollback': (ref, { signal }) => orders.rollback(environmentOf(ref), ref.to, signal),
    'releases.promote': ({ app, environment, from }) => orders.promote(app, environment, from),

    'env.list': (ref) => ({
      variables: Object.entries(parts.variables.read(environmentOf(ref).id)).map(([name, value]) => ({
        name,
        value,
      })),
    }),
    'env.set': ({ app, environment, set, unset, apply }) =>
      parts.store.transaction(() => {
        refuseReserved(Object.keys(set));
        const row = orders.ensureEnvironment(app, environment);
        parts.variables.write(row.id, set, unset);
        const deployment = apply && row.liveRelease !== null ? orders.restart(row) : null;
        return { names: Object.keys(parts.variables.read(row.id)), deployment };
      }),

    'logs.read': async ({ app, environment, ...query }, { emit, signal }) => ({
      lines: await parts.readLogs(
        apps.environment(app, environment),
        {
          kind: query.kind,
          release: query.release,
          grep: query.grep,
          since: query.since,
          tail: query.tail,
          follow: query.follow,
        },
        emit,
        signal,
      ),
    }),
  };
}

/** Windlass always says these itself; a value that is silently ignored would only puzzle. */
function refuseReserved(names: readonly string[]): void {
  const taken = names.find((name) => name === 'PORT' || name.startsWith('WINDLASS_'));
  if (taken === undefined) return;
  throw new WindlassError('invalid', `${taken} is set by Windlass itself`, {
    hint: 'Choose another name; the app is told its port in PORT.',
  });
}
