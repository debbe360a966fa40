import { expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, nothing, stream, upload } from '../../shared/rpc.ts';
import { systemClock } from './clock.ts';
import { connectContract } from './control-client.ts';
import { createControlSocket } from './control-socket.ts';
import type { Handlers } from './feature.ts';
import { createLog } from './log.ts';

const contract = {
  'slow.call': call(nothing, nothing),
  'slow.follow': stream(nothing, nothing, nothing),
  'slow.put': upload(nothing, nothing),
} as const;

// The one test that must take its time: Bun's own idle timeout is 10 s, looked at every 4 s.
test('nothing_is_cut_for_being_silent_longer_than_bun_allows_by_itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'windlass-idle-'));
  const path = join(folder, 'c.sock');
  const log = createLog({ write: () => undefined, clock: systemClock, redact: (text) => text });
  const silence = Promise.withResolvers<void>();
  const wait = async () => {
    await silence.promise;
    return {};
  };
  const handlers: Handlers<typeof contract> = {
    'slow.call': wait,
    'slow.follow': wait,
    'slow.put': async (_, { body }) => {
      for await (const _chunk of body);
      return {};
    },
  };
  const socket = await createControlSocket({
    path,
    blockOf: async () => contract,
    log,
    heartbeatMs: 60_000,
    handlers,
  });
  let first = true;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (first) {
        first = false;
        controller.enqueue(new Uint8Array(100));
        return;
      }
      await silence.promise;
      controller.close();
    },
  });
  const client = connectContract(path, contract);
  const runs = [
    client.call('slow.call', {}),
    client.stream('slow.follow', {}, () => undefined),
    client.upload('slow.put', {}, body),
  ];
  setTimeout(silence.resolve, 14_500);
  try {
    expect(await Promise.all(runs)).toEqual([{}, {}, {}]);
  } finally {
    await socket.stop(0);
    rmSync(folder, { recursive: true, force: true });
  }
}, 25_000);
