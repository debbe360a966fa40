import { Database } from 'bun:sqlite';
import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptySnapshot, type Snapshot } from '../config/snapshot.ts';
import { keyFor, provider, secrets } from '../rig.fixture.ts';
import { data, openai, sse, startStandIn } from '../stand-in.fixture.ts';
import { type Budget, BudgetBook } from './budget-book.ts';
import type { CallEnd, CallStart } from './call-row.ts';
import { BudgetExceeded, Ledger } from './ledger.ts';
import { LedgerStore } from './ledger-store.ts';
import { periodAt } from './periods.ts';
import { costOf, type Price, worstCost } from './price.ts';
import { prepare } from './schema.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const each of cleanUps.splice(0).reverse()) await each();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'windlass-ledger-'));
  cleanUps.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const everything: Budget = {
  id: 1,
  app: null,
  environment: null,
  key: null,
  model: null,
  limit: 1_000_000,
  period: 'total',
};

test('what_was_asked_while_the_gateway_is_killed_again_and_again_is_booked_to_the_nanodollar', async () => {
  const calls = 10_000;
  const kills = 6;
  const file = join(folder(), 'gateway.db');
  const random = seeded(7);
  // What the provider said a call used, by the number the client gave it.
  const said = new Map<string, number>();
  const up = startStandIn(({ body }) => answer(random, said, String(body.user), body.stream === true));
  cleanUps.push(() => up.stop());
  const limit = 3_000_000_000;
  const snapshot: Snapshot = {
    ...emptySnapshot,
    keys: [keyFor('shop')],
    providers: [provider('compatible', up.url)],
    prices: [{ model: '*', input: 3_000_001, output: 15_000_003, cacheRead: 300_000, cacheWrite: 3_750_000 }],
    budgets: [{ ...everything, limit }],
  };
  let running = await startProcess(file, snapshot);
  cleanUps.push(() => running.process.kill(9));
  const told = new Map<number, number>();
  let refused = 0;
  let next = 0;
  let restarting: Promise<void> | null = null;

  const worker = async () => {
    while (next < calls) {
      const number = next++;
      if (number > 0 && number % Math.floor(calls / (kills + 1)) === 0) {
        running.process.kill(9);
        restarting = running.process.exited.then(async () => {
          running = await startProcess(file, snapshot);
          restarting = null;
        });
      }
      await restarting;
      const user = String(number);
      const stop = new AbortController();
      const stream = random() < 0.3;
      try {
        const asking = fetch(`http://127.0.0.1:${running.port}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${secrets.shop}` },
          body: JSON.stringify({
            model: 'm',
            user,
            stream,
            max_tokens: 40,
            messages: [{ role: 'user', content: 'Hi' }],
          }),
          signal: stop.signal,
        });
        if (random() < 0.05) setTimeout(() => stop.abort(), random() * 5);
        const response = await asking;
        if (response.status === 402) refused++;
        await response.text();
        const id = response.headers.get('windlass-call');
        const used = said.get(user);
        if (response.status === 200 && id !== null && used !== undefined) told.set(Number(id), used);
      } catch {
        // Killed under it, or given up.
      }
    }
  };
  await Promise.all(Array.from({ length: 40 }, worker));
  await restarting;
  running.process.kill(9);
  await running.process.exited;

  const db = new Database(file);
  cleanUps.push(() => db.close());
  prepare(db);
  const store = new LedgerStore(db);
  store.settleLost();
  const sum = (sql: string) => db.query<{ sum: number }, []>(sql).get()?.sum ?? 0;
  const byCalls = sum('SELECT sum(cost) AS sum FROM calls');
  expect(sum('SELECT count(*) AS sum FROM calls WHERE state = 0')).toBe(0);
  expect(sum('SELECT sum(cost) AS sum FROM usage_hours')).toBe(byCalls);
  expect(sum('SELECT sum(calls) AS sum FROM usage_hours')).toBe(sum('SELECT count(*) AS sum FROM calls'));
  // What a gateway that starts on it would enforce.
  const enforced = new BudgetBook((budget, period) => store.sumOf(budget, period));
  enforced.set([{ ...everything, limit }], Date.now(), []);
  expect(enforced.entries(Date.now())[0]).toMatchObject({ settled: byCalls, reserved: 0 });
  expect(byCalls).toBeLessThanOrEqual(limit);
  // Whatever reached the provider is in the ledger: nothing leaves before its reservation is written.
  expect(
    sum('SELECT sum(attempts) AS sum FROM calls') +
      sum('SELECT 3 * count(*) AS sum FROM calls WHERE state = 4'),
  ).toBeGreaterThanOrEqual(new Set(up.asked.map(({ body }) => body.user)).size);
  // What a client was told is what its call cost.
  const row = db.query<{ cost: number; state: number; reserved: number }, [number]>(
    'SELECT cost, state, reserved FROM calls WHERE id = ?',
  );
  let checked = 0;
  for (const [id, cost] of told) {
    const found = row.get(id);
    if (found?.state === 1) {
      expect(found.cost).toBe(cost);
      checked++;
    } else if (found?.state === 4) expect(found.cost).toBeGreaterThanOrEqual(cost);
  }
  expect(checked).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(0);
}, 120_000);

/** Good, bad, hanging for a moment, broken off: as it comes. */
function answer(
  random: () => number,
  said: Map<string, number>,
  user: string,
  stream: boolean,
): Response | Promise<Response> {
  const luck = random();
  if (luck < 0.05) return openai.error(400, 'no');
  const input = 1 + Math.floor(random() * 60);
  const output = 1 + Math.floor(random() * 40);
  const cost = Math.ceil((input * 3_000_001 + output * 15_000_003) / 1000);
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  const good = () => {
    said.set(user, cost);
    if (!stream) return Response.json({ ...openai.answer('Hi'), usage });
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
    return sse(
      data(
        { ...chunk, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] },
        { ...chunk, choices: [], usage },
        '[DONE]',
      ),
      50,
    );
  };
  if (luck < 0.1) return Bun.sleep(random() * 20).then(good);
  return good();
}

interface Running {
  process: Bun.Subprocess<'ignore', 'pipe', 'inherit'>;
  port: number;
}

async function startProcess(file: string, snapshot: Snapshot): Promise<Running> {
  const entry = new URL('./gateway-process.fixture.ts', import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, entry, file, '0', JSON.stringify(snapshot)], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  return { process: child, port: Number(new TextDecoder().decode(value)) };
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const start: CallStart = {
  app: 'shop',
  environment: 'production',
  release: 1,
  key: 1,
  model: 'm',
  candidates: ['served'],
  provider: 'p',
  served: 'served',
  trace: null,
};
const end = (cost: number, served = 'served'): CallEnd => ({
  state: 'done',
  cost,
  provider: 'p',
  served,
  price: 'own',
  status: 200,
  estimated: false,
  usage: { input: 1, cacheRead: 0, cacheWrite: 0, cacheWriteLong: 0, output: 1, reasoning: 0 },
  firstMs: 1,
  totalMs: 2,
  attempts: 1,
  cached: false,
});

function openLedger(now: () => number) {
  const db = new Database(join(folder(), 'gateway.db'));
  cleanUps.push(() => db.close());
  prepare(db);
  const ledger = new Ledger({
    store: new LedgerStore(db),
    now,
    onSpend: () => undefined,
    onError: () => undefined,
  });
  return { db, ledger };
}

test('calls_under_way_count_with_what_they_may_cost_until_they_are_settled', async () => {
  const { ledger } = openLedger(() => 1000);
  ledger.setBudgets([everything]);
  const first = await ledger.reserve(start, 600_000);
  await expect(ledger.reserve(start, 400_001)).rejects.toBeInstanceOf(BudgetExceeded);
  ledger.settle(first, end(100_000));
  ledger.settle(first, end(100_000));
  const second = await ledger.reserve(start, 900_000);
  expect(ledger.entries()[0]).toMatchObject({ settled: 100_000, reserved: 900_000 });
  // A budget that comes while a call is under way holds that call, too.
  ledger.setBudgets([
    everything,
    { ...everything, id: 2, app: 'shop' },
    { ...everything, id: 3, app: 'blog' },
  ]);
  expect(ledger.entries().map(({ settled, reserved }) => [settled, reserved])).toEqual([
    [100_000, 900_000],
    [100_000, 900_000],
    [0, 0],
  ]);
  ledger.settle(second, end(5));
  expect(ledger.entries().map(({ settled, reserved }) => [settled, reserved])).toEqual([
    [100_005, 0],
    [100_005, 0],
    [0, 0],
  ]);
});

test('a_budget_of_a_model_counts_what_it_served_and_not_what_it_might_have', async () => {
  const { ledger } = openLedger(() => 1000);
  ledger.setBudgets([{ ...everything, model: 'dear*' }]);
  const id = await ledger.reserve({ ...start, candidates: ['cheap', 'dear-1'] }, 500);
  expect(ledger.entries()[0]).toMatchObject({ settled: 0, reserved: 500 });
  ledger.settle(id, end(400, 'cheap'));
  expect(ledger.entries()[0]).toMatchObject({ settled: 0, reserved: 0 });
});

test('a_call_counts_for_the_period_it_began_in', async () => {
  let now = Date.UTC(2026, 0, 31, 23, 59);
  const { ledger } = openLedger(() => now);
  ledger.setBudgets([{ ...everything, period: 'month' }]);
  const id = await ledger.reserve(start, 700_000);
  now = Date.UTC(2026, 1, 1);
  expect(ledger.entries()[0]).toMatchObject({ settled: 0, reserved: 0 });
  ledger.settle(id, end(600_000));
  expect(ledger.entries()[0]).toMatchObject({ settled: 0, reserved: 0 });
  ledger.setBudgets([{ ...everything, period: 'month' }]);
  expect(ledger.entries()[0]).toMatchObject({ settled: 0, reserved: 0 });
});

test('a_call_that_was_open_when_the_process_died_costs_what_it_reserved_and_those_beside_it_what_they_did', async () => {
  const { db, ledger } = openLedger(() => 1000);
  const [first, second, third] = await Promise.all(
    [100, 200, 300].map((each) => ledger.reserve(start, each)),
  );
  const later = await ledger.reserve({ ...start, model: 'other', trace: 'f'.repeat(32) }, 400);
  if (first === undefined || second === undefined || third === undefined) throw new Error('none');
  ledger.settle(second, end(20));
  expect(new Set(ledger.open().map(({ reserved }) => reserved))).toEqual(new Set([100, 300, 400]));
  ledger.flush();
  const store = new LedgerStore(db);
  expect(store.settleLost()).toBe(3);
  expect(store.settleLost()).toBe(0);
  expect(
    db.query('SELECT id, model, state, cost, reserved, estimated, trace FROM calls ORDER BY id').all(),
  ).toEqual([
    { id: first.id, model: 'm', state: 4, cost: 100, reserved: 100, estimated: 1, trace: null },
    { id: second.id, model: 'm', state: 1, cost: 20, reserved: 200, estimated: 0, trace: null },
    { id: third.id, model: 'm', state: 4, cost: 300, reserved: 300, estimated: 1, trace: null },
    { id: later.id, model: 'other', state: 4, cost: 400, reserved: 400, estimated: 1, trace: 'f'.repeat(32) },
  ]);
  expect(db.query('SELECT sum(cost) AS cost, sum(calls) AS calls FROM usage_hours').get()).toEqual({
    cost: 820,
    calls: 4,
  });
});

test('reservations_go_with_the_last_of_their_calls_however_long_another_is_open', async () => {
  const { db, ledger } = openLedger(() => 1000);
  const rows = () => db.query<{ n: number }, []>('SELECT count(*) AS n FROM reservations').get()?.n;
  const long = await ledger.reserve(start, 1);
  for (let round = 0; round < 20; round++) {
    const calls = await Promise.all([1, 2, 3].map((each) => ledger.reserve(start, each)));
    for (const call of calls.slice(1)) ledger.settle(call, end(1));
    ledger.flush();
    expect(rows()).toBe(2);
    for (const call of calls.slice(0, 1)) ledger.settle(call, end(1));
    ledger.flush();
    expect(rows()).toBe(1);
  }
  ledger.settle(long, end(1));
  ledger.flush();
  expect(rows()).toBe(0);
});

test('calls_that_an_older_version_left_open_are_settled_as_lost', () => {
  const file = join(folder(), 'gateway.db');
  const old = new Database(file);
  prepare(old);
  old.run('DROP TABLE reservations');
  old.run('PRAGMA user_version = 1');
  old.run(`INSERT INTO calls (id, key, app, environment, release, model, reserved, provider, served, state, cost)
    VALUES (4096, 1, 'shop', 'production', 1, 'm', 70, 'p', 's', 0, 0), (4097, 1, 'shop', 'production', 1, 'm', 70, 'p', 's', 1, 7)`);
  old.close();
  const db = new Database(file);
  cleanUps.push(() => db.close());
  prepare(db);
  expect(new LedgerStore(db).settleLost()).toBe(1);
  expect(db.query('SELECT id, state, cost FROM calls ORDER BY id').all()).toEqual([
    { id: 4096, state: 4, cost: 70 },
    { id: 4097, state: 1, cost: 7 },
  ]);
});

test('weeks_begin_on_mondays_and_months_on_the_first', () => {
  const at = Date.UTC(2026, 10, 24, 13, 30);
  expect(new Date(periodAt('week', at).from).toISOString()).toBe('2026-11-23T00:00:00.000Z');
  expect(new Date(periodAt('month', at).to).toISOString()).toBe('2026-12-01T00:00:00.000Z');
});

test('nothing_that_is_used_costs_more_than_its_worst_case', () => {
  const rates = { input: 3, cacheRead: 1, cacheWrite: 4, cacheWriteLong: 6, output: 15 };
  const price: Price = {
    rates,
    tiers: [{ above: 200, rates: { ...rates, input: 6, output: 22 } }],
    version: 'own',
  };
  const random = seeded(3);
  for (let round = 0; round < 2000; round++) {
    const part = () => Math.floor(random() * 100);
    const usage = {
      input: part(),
      cacheRead: part(),
      cacheWrite: part(),
      cacheWriteLong: part(),
      output: part(),
      reasoning: 0,
    };
    const input = usage.input + usage.cacheRead + usage.cacheWrite + usage.cacheWriteLong;
    expect(costOf(usage, price)).toBeLessThanOrEqual(worstCost(input, usage.output, price));
  }
});
