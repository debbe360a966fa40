import { expect, test } from 'bun:test';
import * as z from 'zod/mini';
import { WindlassError } from '../../shared/errors.ts';
import { type FromHost, uploadWindow } from '../../shared/link.ts';
import { call, nothing, stream, upload } from '../../shared/rpc.ts';
import type { HostHandlers } from './host-handlers.ts';
import { serveHost } from './serve-host.ts';

const contract = {
  'a.call': call(z.object({ n: z.number() }), z.object({})),
  'a.bug': call(nothing, nothing),
  'a.stream': stream(nothing, z.number(), nothing),
  'a.upload': upload(nothing, z.object({ bytes: z.number() })),
};

function serve(handlers: HostHandlers) {
  const sent: FromHost[] = [];
  const bugs: string[] = [];
  let wake: () => void = () => undefined;
  const host = serveHost({
    contract,
    handlers,
    send: (message) => {
      sent.push(message);
      wake();
    },
    drained: () => Promise.resolve(),
    onBug: (method) => bugs.push(method),
  });
  const until = async (done: () => boolean) => {
    while (!done()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { sent, bugs, host, until };
}
const ask = (id: number, method: string, params: unknown = {}) => ({ kind: 'ask', id, method, params });

test('only_methods_of_the_contract_are_reached_and_only_with_fitting_params', async () => {
  let reached = 0;
  const { host, sent, until } = serve({
    'a.call': async () => ++reached,
    'not.there': async () => ++reached,
  });
  host.receive(ask(1, 'not.there'));
  host.receive(ask(2, 'toString'));
  host.receive(ask(3, 'a.call', { n: 'x' }));
  host.receive({ kind: 'ask', id: 'x', method: 'a.call' });
  host.receive(null);
  await until(() => sent.length === 3);
  expect(sent.map((each) => each.kind === 'error' && each.error.code)).toEqual([
    'not-found',
    'not-found',
    'invalid',
  ]);
  expect(reached).toBe(0);
});
test('a_bug_keeps_its_words_from_the_page', async () => {
  const { host, sent, bugs, until } = serve({
    'a.bug': async () => {
      throw new Error('the password is hunter2');
    },
  });
  host.receive(ask(1, 'a.bug'));
  await until(() => sent.length === 1);
  expect(JSON.stringify(sent)).not.toContain('hunter2');
  expect(bugs).toEqual(['a.bug']);
});
test('cancelling_and_going_away_end_the_work_and_nothing_more_is_sent', async () => {
  const ended: number[] = [];
  const { host, sent } = serve({
    'a.stream': (_, { signal, emit }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          emit(1);
          ended.push(1);
          resolve({});
        });
      }),
  });
  host.receive(ask(1, 'a.stream'));
  host.receive(ask(2, 'a.stream'));
  host.receive({ kind: 'cancel', id: 1 });
  host.close();
  await Promise.resolve();
  expect(ended).toHaveLength(2);
  expect(sent).toEqual([]);
});
test('an_upload_flows_by_its_window_and_one_that_ignores_it_fails', async () => {
  const { host, sent, until } = serve({
    'a.upload': async (_, { body }) => {
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.length;
      return { bytes };
    },
  });
  host.receive(ask(1, 'a.upload'));
  host.receive({ kind: 'chunk', id: 1, bytes: new Uint8Array(5) });
  host.receive({ kind: 'end', id: 1 });
  await until(() => sent.some(({ kind }) => kind === 'result'));
  expect(sent).toEqual([
    { kind: 'more', id: 1 },
    { kind: 'result', id: 1, result: { bytes: 5 } },
  ]);
  host.receive(ask(2, 'a.upload'));
  for (let at = 0; at <= uploadWindow.chunks; at++) {
    host.receive({ kind: 'chunk', id: 2, bytes: new Uint8Array(1) });
  }
  await until(() => sent.some((each) => each.kind === 'error' && each.error.code === 'limit'));
});
test('expected_failures_arrive_with_their_hint', async () => {
  const { host, sent, until } = serve({
    'a.call': async () => {
      throw new WindlassError('conflict', 'taken', { hint: 'Choose another.' });
    },
  });
  host.receive(ask(1, 'a.call', { n: 1 }));
  await until(() => sent.length === 1);
  expect(sent).toEqual([
    { kind: 'error', id: 1, error: { code: 'conflict', message: 'taken', hint: 'Choose another.' } },
  ]);
});
