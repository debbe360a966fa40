/** The connection to an engine that stops, restarts, is upgraded, or whose socket goes away; a stand-in speaks its part. */

import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../kernel/clock.ts';
import { createEvents } from '../../kernel/events.ts';
import { createLog } from '../../kernel/log.ts';
import type { Notice } from '../../kernel/notice.ts';
import { createEngine, type Engine } from './engine.ts';
import { raiseEngineNotices } from './engine-notices.ts';

const log = createLog({ write: () => {}, clock: systemClock, redact: (text) => text });
let folder: string;
let socket: string;
let engine: Engine;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  socket = join(folder, 'engine.sock');
  engine = createEngine({ socket, owner: 'windlass-000000000000', clock: systemClock, log });
});
afterEach(() => {
  engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface StandIn {
  /** Paths that were asked, in their order. */
  asked: string[];
  /** To everybody who listens for events of that type. */
  say(type: 'container' | 'image', event: object): void;
  stop(): Promise<void>;
}

function standIn(version: { Version: string; ApiVersion: string; MinAPIVersion: string }): StandIn {
  const asked: string[] = [];
  const open = new Map<string, ReadableStreamDefaultController<Uint8Array>>();
  const server = Bun.serve({
    unix: socket,
    fetch(request) {
      const url = new URL(request.url);
      asked.push(url.pathname);
      if (url.pathname === '/version') return Response.json(version);
      const [type = ''] = JSON.parse(url.searchParams.get('filters') ?? '{}').type ?? [];
      return new Response(
        new ReadableStream<Uint8Array>({
          start(controller) {
            open.set(type, controller);
            // The head goes out with the first byte.
            controller.enqueue(new TextEncoder().encode('\n'));
          },
        }),
      );
    },
  });
  return {
    asked,
    say: (type, event) => open.get(type)?.enqueue(new TextEncoder().encode(`${JSON.stringify(event)}\n`)),
    stop: () => server.stop(true),
  };
}

const old = { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12' };
const upgraded = { Version: '29.0.0', ApiVersion: '1.52', MinAPIVersion: '1.44' };
const lost = () => new Promise<string>((resolve) => engine.onLost(resolve));
const connected = () => new Promise<void>((resolve) => engine.onConnected(resolve));

test('an_engine_that_stops_is_noticed_at_once_and_found_again_by_itself', async () => {
  const first = standIn(old);
  await engine.start();
  expect(engine.state).toMatchObject({ kind: 'connected', about: { api: '1.41' } });
  const began = performance.now();
  const gone = lost();
  await first.stop();
  await gone;
  expect(performance.now() - began).toBeLessThan(5000);
  expect(engine.state.kind).toBe('lost');
  expect(() => engine.client()).toThrow('Docker does not answer');
  const back = connected();
  const second = standIn(old);
  await back;
  expect(engine.state.kind).toBe('connected');
  await second.stop();
});

test('an_engine_that_was_upgraded_is_spoken_to_in_the_version_it_has_now', async () => {
  const first = standIn(old);
  await engine.start();
  const gone = lost();
  await first.stop();
  await gone;
  const back = connected();
  const second = standIn(upgraded);
  await back;
  expect(engine.state).toMatchObject({ kind: 'connected', about: { version: '29.0.0', api: '1.47' } });
  expect(second.asked).toContain('/v1.47/events');
  await second.stop();
});

test('an_engine_that_speaks_too_new_a_version_is_told_as_that', async () => {
  const strange = standIn({ Version: '40', ApiVersion: '1.90', MinAPIVersion: '1.80' });
  await engine.start();
  expect(engine.state).toMatchObject({ kind: 'absent', reason: expect.stringContaining('1.80 to 1.90') });
  await strange.stop();
});

test('events_of_containers_and_losses_of_images_reach_their_listeners_and_no_others', async () => {
  const first = standIn(old);
  await engine.start();
  const events: string[] = [];
  let losses = 0;
  engine.onEvent(({ action, id }) => events.push(`${action} ${id}`));
  const loss = new Promise<void>((resolve) =>
    engine.onImageLoss(() => {
      losses++;
      resolve();
    }),
  );
  first.say('container', { Action: 'die', Actor: { ID: 'abc' } });
  first.say('image', { Action: 'untag', Actor: { ID: 'sha256:1' } });
  await loss;
  expect(losses).toBe(1);
  expect(events).toEqual(['die abc']);
  await first.stop();
});

test('people_are_told_once_that_it_is_gone_and_once_that_it_is_back', async () => {
  const bus = createEvents(log);
  const told: Pick<Notice, 'kind' | 'state'>[] = [];
  bus.on('notice', ({ kind, state }) => told.push({ kind, state }));
  const end = raiseEngineNotices(engine, systemClock, bus);
  const first = standIn(old);
  await engine.start();
  expect(told).toEqual([]);
  const gone = lost();
  await first.stop();
  await gone;
  expect(told).toEqual([{ kind: 'engine.lost', state: 'opened' }]);
  const back = connected();
  const second = standIn(old);
  await back;
  expect(told).toEqual([
    { kind: 'engine.lost', state: 'opened' },
    { kind: 'engine.lost', state: 'resolved' },
  ]);
  end();
  await second.stop();
});
