/** How the end of a container is understood where the engine tells it late or not at all; a stand-in speaks its part. */

import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import type { DockerClient } from './docker.ts';
import type { Engine } from './engine.ts';
import type { EngineEvent } from './event-stream.ts';
import { createTracker } from './tracker.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracker-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = createLog({ write: () => {}, clock: systemClock, redact: (text) => text });
const id = 'c'.repeat(64);
const limit = 64 * 1024 * 1024;

/** One container that was killed at once, with an engine that does not know why. `onRemove` runs when it is removed. */
function killedContainer(saysOom: boolean, onRemove = () => {}) {
  const listeners = new Set<(event: EngineEvent) => void>();
  const container = {
    inspect: async () => ({
      Id: id,
      State: { Running: false, Status: 'exited', ExitCode: 137, OOMKilled: false },
      HostConfig: { Memory: limit },
    }),
    logs: async () => {
      throw Object.assign(new Error('gone'), { statusCode: 404 });
    },
    remove: async () => onRemove(),
  };
  const engine: Engine = {
    owner: 'windlass-000000000000',
    socket: '/nowhere',
    state: { kind: 'connected', about: { version: '20.10.24', api: '1.41' }, since: 0 },
    client: async () => ({ getContainer: () => container }) as unknown as DockerClient,
    start: async () => {},
    stop() {},
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onImageLoss: () => () => {},
    onLost: () => () => {},
    onConnected: () => () => {},
  };
  const instance = createTracker({ engine, log, saysOom: () => saysOom }).track(id, join(folder, 'output'));
  const say = (action: string) => {
    for (const listener of listeners) listener({ action, id });
  };
  return { instance, say };
}

test('an_end_for_memory_that_the_engine_tells_after_the_end_is_told_as_that', async () => {
  const { instance, say } = killedContainer(false);
  say('die');
  setImmediate(() => say('oom'));
  expect(await instance.exited).toEqual({ code: null, signal: 'SIGKILL', oomLimit: limit });
});

test('an_end_for_memory_that_only_the_kernel_tells_is_told_as_that', async () => {
  const { instance, say } = killedContainer(true);
  say('die');
  expect(await instance.exited).toEqual({ code: null, signal: 'SIGKILL', oomLimit: limit });
});

test('a_kill_that_nobody_calls_one_for_memory_is_only_a_kill', async () => {
  const { instance, say } = killedContainer(false);
  say('die');
  expect(await instance.exited).toEqual({ code: null, signal: 'SIGKILL', oomLimit: null });
});

test('a_kill_that_was_asked_for_is_never_one_for_memory', async () => {
  const { instance } = killedContainer(true);
  await instance.stop(0);
  expect(await instance.exited).toEqual({ code: null, signal: 'SIGKILL', oomLimit: null });
});
