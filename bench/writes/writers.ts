/** Three writers at once, until the server is killed under them: variables, domains, deployments. */

import type { Windlass } from '../peers/windlass.ts';
import { WriteBook } from './write-book.ts';

export interface Acknowledged {
  readonly variables: WriteBook;
  readonly domains: WriteBook;
  /** Ids of queued deployments. */
  readonly deployments: Set<string>;
  /** Acknowledged writes so far. */
  count(): number;
  /** What the server does not have any more, one line each. */
  missing(windlass: Windlass, app: string): Promise<string[]>;
}

export interface Writing {
  windlass: Windlass;
  app: string;
  round: number;
  known: Acknowledged;
  /** Makes the folder of a new version. */
  source(version: string): Promise<string>;
}

export function createAcknowledged(): Acknowledged {
  const variables = new WriteBook();
  const domains = new WriteBook();
  const deployments = new Set<string>();
  return {
    variables,
    domains,
    deployments,
    count: () => variables.count + domains.count + deployments.size,
    async missing({ control }, app) {
      const env = await control.call('env.list', { app });
      const hosts = await control.call('domains.list', { app, environment: 'production' });
      const { deployments: list } = await control.call('deployments.list', { app, limit: 1000 });
      const stored = new Set(list.map(({ id }) => id));
      return [
        ...variables.compare(new Map(env.variables.map(({ name, value }) => [name, value]))),
        ...domains.compare(
          new Map(hosts.domains.filter(({ given }) => !given).map(({ host }) => [host, 'here'])),
        ),
        ...[...deployments].filter((id) => !stored.has(id)).map((id) => `deployment ${id} is gone`),
      ];
    },
  };
}

/** Resolves when all writers have noticed that it is over; what fails before that is thrown. */
export async function writeUntil(over: AbortSignal, writing: Writing): Promise<void> {
  const repeat = async (write: (turn: number) => Promise<void>) => {
    for (let turn = 0; !over.aborted; turn++) {
      try {
        await write(turn);
      } catch (error) {
        if (!over.aborted) throw error;
      }
    }
  };
  const { windlass, app, round, known, source } = writing;
  const { control } = windlass;
  await Promise.all([
    repeat(async (turn) => {
      const name = `V${turn % 5}`;
      const value = turn % 7 === 6 ? null : `${round}-${turn}`;
      known.variables.trying(name, value);
      await control.call('env.set', {
        app,
        ...(value === null ? { unset: [name] } : { set: { [name]: value } }),
      });
      known.variables.acknowledged(name, value);
    }),
    repeat(async (turn) => {
      const host = `h${turn % 6}.example.test`;
      const route = { app, environment: 'production', host };
      const { domains } = await control.call('domains.list', { app, environment: 'production' });
      const remove = domains.some((domain) => domain.host === host);
      known.domains.trying(host, remove ? null : 'here');
      await control.call(remove ? 'domains.remove' : 'domains.add', route);
      known.domains.acknowledged(host, remove ? null : 'here');
    }),
    repeat(async (turn) => {
      const { id } = await windlass.queueDeploy(app, await source(`v${round}-${turn}`));
      known.deployments.add(id);
      // One under way at a time, or each would only supersede the one before.
      while (!over.aborted) {
        const { phase } = await control.call('deployments.get', { id });
        if (!['queued', 'fetching', 'building', 'starting', 'checking', 'switching'].includes(phase)) break;
        await Bun.sleep(10);
      }
    }),
  ]);
}
