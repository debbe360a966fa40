import { afterEach, beforeEach, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { WindlassError } from '../../shared/errors.ts';
import { call, nothing, stream, upload } from '../../shared/rpc.ts';
import { systemClock } from './clock.ts';
import { type ControlClient, connectContract } from './control-client.ts';
import { type ControlSocket, type ControlSocketOptions, createControlSocket } from './control-socket.ts';
import type { Handlers } from './feature.ts';
import { createLog } from './log.ts';

const contract = {
  'sum.get': call(z.object({ a: z.number(), b: z._default(z.number(), 1) }), z.object({ sum: z.number() })),
  'bug.hit': call(nothing, nothing),
  'long.call': call(nothing, nothing),
  'none.yet': call(nothing, nothing),
  'text.size': call(z.object({ text: z.string() }), z.object({ size: z.number() })),
  'count.follow': stream(
    z.object({ to: z.number() }),
    z.object({ n: z.number() }),
    z.object({ sent: z.number() }),
  ),
  'flood.follow': stream(z.object({ lines: z.number(), polite: z.boolean() }), z.string(), nothing),
  'silence.follow': stream(nothing, nothing, nothing),
  'bytes.put': upload(z.object({ name: z.string() }), z.object({ name: z.string(), bytes: z.number() })),
  'bytes.refuse': upload(nothing, nothing),
} as const;
type TestContract = typeof contract;

let folder: string;
let path: string;
let lines: string[];
let socket: ControlSocket | null;
let client: ControlClient<TestContract>;
let signals: AbortSignal[];
let failures: string[];

const forever = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

const handlers: Handlers<TestContract> = {
  'sum.get': ({ a, b }) => {
    if (a < 0) {
      throw new WindlassError('conflict', 'a is negative', {
        hint: 'Make it positive.',
        cause: new Error('private'),
      });
    }
    return { sum: a + b };
  },
  'bug.hit': () => {
    throw new TypeError('secret internals');
  },
  'long.call': async (_, { signal }) => {
    signals.push(signal);
    return forever(signal);
  },
  'text.size': ({ text }) => ({ size: text.length }),
  'count.follow': async ({ to }, { emit }) => {
    for (let n = 1; n <= to; n++) {
      emit({ n });
    }
    if (to === 13) {
      throw new WindlassError('failed', 'thirteen');
    }
    return { sent: to };
  },
  'flood.follow': async ({ lines: count, polite }, { emit, drained, signal }) => {
    signals.push(signal);
    for (let n = 0; n < count && !signal.aborted; n++) {
      emit('x'.repeat(1000));
      if (polite && n % 1000 === 0) {
        await drained?.();
      }
    }
    return {};
  },
  'silence.follow': async (_, { signal }) => {
    signals.push(signal);
    return forever(signal);
  },
  'bytes.put': async ({ name }, { body, signal }) => {
    signals.push(signal);
    let bytes = 0;
    try {
      for await (const chunk of body) {
        bytes += chunk.length;
      }
    } catch (error) {
      failures.push(String(error));
      throw error;
    }
    return { name, bytes };
  },
  'bytes.refuse': async () => {
    throw new WindlassError('limit', 'too large');
  },
};

const log = () =>
  createLog({ write: (line) => lines.push(line), clock: systemClock, redact: (text) => text });
const blockOf = async () => contract;
const open = async (more: Partial<ControlSocketOptions> = {}) => {
  socket = await createControlSocket({ path, blockOf, handlers, log: log(), ...more });
};
const until = async (truth: () => boolean) => {
  const deadline = performance.now() + 8000;
  while (!truth()) {
    if (performance.now() > deadline) {
      throw new Error(`still not: ${truth}`);
    }
    await Bun.sleep(2);
  }
};
const post = (name: string, body: string, init: RequestInit = {}) =>
  fetch(`http://x/v1/${name}`, { method: 'POST', body, ...init, unix: path });
const rawRequest = (text: string) => {
  const raw = connect(path);
  raw.on('error', () => undefined);
  raw.write(text);
  return raw;
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'windlass-control-'));
  path = join(folder, 'run/control.sock');
  lines = [];
  signals = [];
  failures = [];
  client = connectContract(path, contract);
  await open();
});
afterEach(async () => {
  await socket?.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

test('a_call_answers_with_defaults_filled_in', async () => {
  expect(await client.call('sum.get', { a: 2 })).toEqual({ sum: 3 });
});

test('the_socket_and_a_folder_made_for_it_are_private', () => {
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'run')).mode & 0o777).toBe(0o700);
});

test('an_expected_failure_arrives_whole_and_its_cause_only_in_the_log', async () => {
  const response = await post('sum.get', '{"a":-1}');
  expect(response.status).toBe(409);
  expect(await response.json()).toEqual({
    error: { code: 'conflict', message: 'a is negative', hint: 'Make it positive.' },
  });
  expect(lines.join('')).toContain('private');
  await expect(client.call('sum.get', { a: -1 })).rejects.toMatchObject({
    code: 'conflict',
    hint: 'Make it positive.',
  });
});

test('a_bug_shows_nothing_of_itself_and_is_logged', async () => {
  const response = await post('bug.hit', '');
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret internals');
  expect(lines.join('')).toContain('secret internals');
});

test.each([
  ['sum.get', '{"a":"x"}', 400, 'sum.get: a: expected a number'],
  ['sum.get', '{"a":', 400, 'the body is not JSON'],
  ['no.such', '{}', 404, 'no method \\"no.such\\"'],
  ['toString', '{}', 404, 'no method'],
  ['none.yet', '{}', 500, 'hit a bug'],
])('%s_with_%s_is_refused_with_%d', async (name, body, status, said) => {
  const response = await post(name, body);
  expect(response.status).toBe(status);
  expect(await response.text()).toContain(said);
});

test('only_post_below_the_prefix_is_answered', async () => {
  expect((await fetch('http://x/v1/sum.get', { unix: path })).status).toBe(404);
  expect((await fetch('http://x/', { method: 'POST', unix: path })).status).toBe(404);
});

test('a_body_may_be_large_but_not_endless', async () => {
  expect(await client.call('text.size', { text: 'x'.repeat(7_000_000) })).toEqual({ size: 7_000_000 });
  await expect(client.call('text.size', { text: 'x'.repeat(9_000_000) })).rejects.toMatchObject({
    code: 'limit',
  });
});

test('a_stream_gives_its_events_in_order_and_then_its_result', async () => {
  const seen: number[] = [];
  const result = await client.stream('count.follow', { to: 5000 }, ({ n }) => seen.push(n));
  expect(result).toEqual({ sent: 5000 });
  expect(seen).toEqual(Array.from({ length: 5000 }, (_, index) => index + 1));
});

test('a_stream_that_fails_gives_its_events_and_then_its_error', async () => {
  const seen: number[] = [];
  const run = client.stream('count.follow', { to: 13 }, ({ n }) => seen.push(n));
  await expect(run).rejects.toMatchObject({ code: 'failed', message: 'thirteen' });
  await run.catch(() => undefined);
  expect(seen.length).toBe(13);
});

test('bad_params_of_a_stream_are_a_plain_refusal', async () => {
  await expect(client.stream('count.follow', JSON.parse('{}'), () => undefined)).rejects.toMatchObject({
    code: 'invalid',
  });
});

test('a_silent_stream_carries_heartbeats', async () => {
  await socket?.stop(0);
  await open({ heartbeatMs: 10 });
  const response = await post('silence.follow', '{}');
  const reader = response.body?.getReader();
  let text = '';
  while (text.length < 3) {
    text += new TextDecoder().decode((await reader?.read())?.value);
  }
  expect(text).toMatch(/^\n+$/);
  await reader?.cancel();
});

test('the_handler_hears_when_the_client_of_a_stream_or_a_call_goes_away', async () => {
  const leave = new AbortController();
  const runs = [
    client.stream('silence.follow', {}, () => undefined, leave.signal),
    client.call('long.call', {}, leave.signal),
  ].map((run) => run.catch((error: WindlassError) => error.code));
  await until(() => signals.length === 2);
  expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
  leave.abort();
  expect(await Promise.all(runs)).toEqual(['cancelled', 'cancelled']);
  await until(() => signals.every((signal) => signal.aborted));
  expect(lines.filter((line) => line.includes('"error"'))).toEqual([]);
});

test('an_on_event_that_throws_ends_the_stream_with_its_own_error', async () => {
  const run = client.stream('flood.follow', { lines: 1e9, polite: true }, () => {
    throw new RangeError('mine');
  });
  await expect(run).rejects.toThrow('mine');
  await run.catch(() => undefined);
  await until(() => signals[0]?.aborted === true);
});

test('a_reader_that_does_not_read_is_cut_off_and_memory_does_not_grow', async () => {
  await socket?.stop(0);
  await open({ mostUnread: 2_000_000 });
  const raw = rawRequest(
    'POST /v1/flood.follow HTTP/1.1\r\nHost: x\r\nContent-Length: 35\r\n\r\n{"lines":100000000,"polite":false}\n',
  );
  raw.pause();
  await until(() => signals[0]?.aborted === true);
  let text = '';
  raw.on('data', (chunk) => {
    text += chunk;
  });
  raw.resume();
  await until(() => text.includes('read too slowly'));
  expect(text.length).toBeLessThan(6_000_000);
  raw.destroy();
});

test('a_handler_that_awaits_drained_may_send_more_than_the_bound', async () => {
  await socket?.stop(0);
  await open({ mostUnread: 2_000_000 });
  let count = 0;
  await client.stream('flood.follow', { lines: 30_000, polite: true }, () => {
    count += 1;
  });
  expect(count).toBe(30_000);
});

test('an_upload_streams_its_body_with_params_of_any_letters', async () => {
  const chunk = new Uint8Array(1_000_000);
  let left = 64;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left-- > 0) {
        controller.enqueue(chunk);
      } else {
        controller.close();
      }
    },
  });
  const before = process.memoryUsage.rss();
  expect(await client.upload('bytes.put', { name: 'naïve ✓\n' }, body)).toEqual({
    name: 'naïve ✓\n',
    bytes: 64_000_000,
  });
  expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
  expect(await client.upload('bytes.put', { name: 'e' }, new Uint8Array())).toEqual({ name: 'e', bytes: 0 });
});

test('an_upload_refused_before_its_end_gives_the_reason', async () => {
  const body = new Blob([new Uint8Array(30_000_000)]);
  await expect(client.upload('bytes.refuse', {}, body)).rejects.toMatchObject({ code: 'limit' });
  await expect(client.upload('bytes.put', JSON.parse('{}'), body)).rejects.toMatchObject({ code: 'invalid' });
});

test.each([
  ['a length', 'Content-Length: 1000\r\n\r\nonly a part'],
  ['chunks', 'Transfer-Encoding: chunked\r\n\r\nb\r\nonly a part\r\n'],
])('an_upload_with_%s_that_breaks_off_is_never_taken_for_a_whole_one', async (_, rest) => {
  const raw = rawRequest(
    `POST /v1/bytes.put HTTP/1.1\r\nHost: x\r\nwindlass-params: %7B%22name%22%3A%22a%22%7D\r\n${rest}`,
  );
  await until(() => signals.length === 1);
  raw.destroy();
  await until(() => failures.length === 1);
});

test('the_file_a_dead_server_left_is_replaced', async () => {
  await socket?.stop(0);
  const script = join(folder, 'dead.ts');
  writeFileSync(
    script,
    `Bun.serve({ unix: ${JSON.stringify(path)}, fetch: () => new Response('') }); console.log('up');`,
  );
  const child = Bun.spawn([process.execPath, script], { stdout: 'pipe' });
  await child.stdout.getReader().read();
  child.kill('SIGKILL');
  await child.exited;
  expect(existsSync(path)).toBe(true);
  await expect(client.call('sum.get', { a: 1 })).rejects.toMatchObject({ code: 'unavailable' });
  await open();
  expect(await client.call('sum.get', { a: 1 })).toEqual({ sum: 2 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a_live_server_keeps_its_socket', async () => {
  await expect(createControlSocket({ path, blockOf, handlers, log: log() })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await client.call('sum.get', { a: 1 })).toEqual({ sum: 2 });
});

test('what_is_no_socket_is_left_alone', async () => {
  const file = join(folder, 'precious.txt');
  writeFileSync(file, 'data');
  await expect(createControlSocket({ path: file, blockOf, handlers, log: log() })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await Bun.file(file).text()).toBe('data');
});

test('a_path_too_long_for_a_socket_is_refused_in_words', async () => {
  const long = join(folder, 'x'.repeat(120));
  await expect(createControlSocket({ path: long, blockOf, handlers, log: log() })).rejects.toMatchObject({
    code: 'invalid',
  });
});

test('a_stop_lets_a_call_end_and_tells_streams_that_the_server_stops', async () => {
  const ended = client.stream('silence.follow', {}, () => undefined).catch((error: WindlassError) => error);
  await until(() => signals.length === 1);
  await socket?.stop();
  expect(await ended).toMatchObject({ code: 'unavailable', message: 'the server stops' });
  expect(existsSync(path)).toBe(false);
  await expect(client.call('sum.get', { a: 1 })).rejects.toMatchObject({ code: 'unavailable' });
});
