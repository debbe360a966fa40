import { expect, test } from 'bun:test';
import type { DeploymentEvent } from '../../shared/deployer/contract.ts';
import type { Deployment, LogLine, Phase } from '../../shared/deployer/model.ts';
import type { EventMap, Events } from '../kernel/events.ts';
import { createFeed } from './feed.ts';

const line = (text: string, at: number): LogLine => ({ at, release: null, origin: 'build', text });

function world() {
  const listeners = new Set<(deployment: Deployment) => void>();
  const events: Events = {
    emit: () => {},
    on: (_name, listener) => {
      const mine = listener as (event: EventMap['deployment.changed']) => void;
      listeners.add(mine);
      return () => listeners.delete(mine);
    },
  };
  const phaseTimes: Deployment['phaseTimes'] = [{ phase: 'queued', at: 1 }];
  const deployment = (): Deployment => ({
    id: 'd-1',
    app: 'shop',
    environment: 'production',
    kind: 'deploy',
    source: { kind: 'upload', upload: 'u', from: 'shop' },
    phase: phaseTimes.at(-1)?.phase ?? 'queued',
    release: null,
    previousRelease: null,
    failure: null,
    createdAt: 1,
    finishedAt: null,
    phaseTimes: [...phaseTimes],
    url: null,
  });
  const stored: LogLine[] = [];
  const feed = createFeed({
    events,
    get: deployment,
    storedLines: async function* () {
      yield* stored;
    },
  });
  const enter = (phase: Phase, at: number) => {
    phaseTimes.push({ phase, at });
    for (const listener of [...listeners]) listener(deployment());
  };
  return { feed, enter, stored, listeners };
}

const told = (events: DeploymentEvent[]) =>
  events.map((event) => (event.kind === 'phase' ? event.phase : event.line.text));

test('one_who_joins_late_is_told_everything_once_and_in_order', async () => {
  const { feed, enter } = world();
  enter('fetching', 2);
  feed.line('d-1', line('installing', 3));
  const events: DeploymentEvent[] = [];
  const following = feed.follow('d-1', false, (event) => events.push(event), new AbortController().signal);
  feed.line('d-1', line('compiling', 4));
  enter('building', 5);
  enter('watching', 6);
  await following;
  expect(told(events)).toEqual(['queued', 'fetching', 'installing', 'compiling', 'building', 'watching']);
});

test('to_the_end_goes_on_over_the_watch', async () => {
  const { feed, enter } = world();
  const events: DeploymentEvent[] = [];
  const following = feed.follow('d-1', true, (event) => events.push(event), new AbortController().signal);
  await Promise.resolve();
  enter('watching', 2);
  enter('live', 3);
  expect((await following).phase).toBe('live');
  expect(told(events)).toEqual(['queued', 'watching', 'live']);
});

test('a_deployment_that_is_over_is_read_back_from_its_log', async () => {
  const { feed, enter, stored } = world();
  enter('failed', 9);
  stored.push(line('broken', 5));
  const events: DeploymentEvent[] = [];
  await feed.follow('d-1', false, (event) => events.push(event), new AbortController().signal);
  expect(told(events)).toEqual(['queued', 'broken', 'failed']);
});

test('going_away_ends_the_subscription', async () => {
  const { feed, listeners } = world();
  const before = listeners.size;
  const gone = new AbortController();
  const following = feed.follow('d-1', false, () => {}, gone.signal);
  gone.abort();
  await expect(following).rejects.toThrow('the deployment goes on');
  await following.catch(() => {});
  expect(listeners.size).toBe(before);
});
