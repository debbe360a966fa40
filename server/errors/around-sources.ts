/** The methods of other features that tell what was around an event, as the contract has them; compose.ts hands them in. */

import type { Handlers } from '../kernel/feature.ts';
import type { Log } from '../kernel/log.ts';
import type { AroundSources } from './around.ts';

export type AroundHandlers = Pick<
  Handlers,
  'requests.query' | 'analytics.passing' | 'replays.get' | 'aiKeys.list' | 'aiUsage.calls'
>;

/** A source that fails is noted, and has nothing to say. */
export function aroundSources(handlers: () => AroundHandlers, log: Log): AroundSources {
  const asked = () => ({ signal: new AbortController().signal });
  const attempt = async <T>(
    what: string,
    ask: () => Promise<T | undefined> | T | undefined,
    otherwise: T,
  ): Promise<T> => {
    try {
      return (await ask()) ?? otherwise;
    } catch (error) {
      log.debug(`${what} around an event are not known`, { error });
      return otherwise;
    }
  };
  return {
    requests: ({ release, ...question }) =>
      attempt('requests', async () => {
        const filter = { ...question, ...(release === null ? {} : { release }) };
        return (await handlers()['requests.query']?.(filter, asked()))?.requests;
      }, []),
    visits: ({ since, until, ...question }) =>
      attempt(
        'visits',
        () =>
          handlers()['analytics.passing']?.(
            { ...question, counted: 'script', range: { from: Math.floor(since), to: Math.ceil(until) } },
            asked(),
          ),
        { visits: 0, pages: [] },
      ),
    replayed: (id) =>
      attempt('replays', async () => (await handlers()['replays.get']?.({ id }, asked()))?.urls, []),
    calls: ({ trace, since, until }) =>
      attempt('calls of models', async () => {
        // Without a key nobody calls, and asking would start what answers.
        const keys = await handlers()['aiKeys.list']?.({}, asked());
        if (keys === undefined || keys.keys.length === 0) return [];
        const question = { from: Math.floor(since), to: Math.ceil(until), app: null, limit: 50, trace };
        const found = await handlers()['aiUsage.calls']?.(question, asked());
        return (found?.calls ?? []).map(({ id, at, model, provider, state, status, totalMs }) => ({
          ...{ id, at, model, provider, state, status, totalMs },
        }));
      }, []),
  };
}
