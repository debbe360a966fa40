import { afterEach, expect, test } from 'bun:test';
import type { Log } from '../../kernel/log.ts';
import { Spread, type SpreadOptions } from './spread.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

let spread: Spread;
afterEach(() => spread.stop(0));

/** Seconds pass at a share of a core that main and each forwarder work. */
function rig(options: Partial<SpreadOptions> = {}) {
  const state = { count: 0, now: 0, busyMs: 0, stopped: false };
  const busy = new Map<number, number>();
  spread = new Spread({
    wish: 'auto',
    cores: 2,
    log: silent,
    movesWaiting: () => true,
    graceMs: 0,
    busyMs: () => state.busyMs,
    monotonic: () => state.now,
    ...options,
  });
  spread.begin(async () => ({
    held: null,
    get count() {
      return state.count;
    },
    get forwarding() {
      return state.count;
    },
    connections: 0,
    busy: () => new Map([...busy].slice(0, state.count)),
    inFlight: () => 0,
    start: () => void state.count++,
    changed() {},
    certificatesChanged() {},
    settled: async () => {},
    drain: async () => ({ finished: 0, cut: 0 }),
    watch() {},
    endOne: async () => void state.count--,
    async stop() {
      state.stopped = true;
    },
  }));
  return {
    state,
    async pass(seconds: number, share: number): Promise<number> {
      let next = 0;
      for (let second = 0; second < seconds; second++) {
        state.now += 1000;
        state.busyMs += share * 1000;
        for (const pid of [1, 2, 3]) busy.set(pid, (busy.get(pid) ?? 0) + share * 1000);
        next = spread.look();
        await Bun.sleep(0);
      }
      return next;
    },
  };
}

test('a_forwarder_comes_when_one_core_is_not_enough_and_goes_when_it_is_again', async () => {
  const { state, pass } = rig();
  expect(await pass(10, 0.1)).toBe(10_000);
  expect(spread.forwarding).toBe(0);
  expect(await pass(10, 0.9)).toBe(1_000);
  expect(state.count).toBe(1);
  expect(await pass(170, 0.1)).toBe(1_000);
  expect(state.count).toBe(1);
  expect(await pass(20, 0.1)).toBe(10_000);
  expect(state.count).toBe(0);
});

test('none_comes_on_one_core_nor_where_waiting_connections_would_be_lost_nor_where_a_person_wants_none', async () => {
  for (const options of [{ cores: 1 }, { movesWaiting: () => false }, { wish: 0 }] as const) {
    const { state, pass } = rig(options);
    await pass(60, 1);
    expect(state.count).toBe(0);
    expect(spread.most).toBe(0);
    await spread.stop(0);
  }
});

test('a_wished_number_is_there_from_the_start_and_stays', async () => {
  const { state, pass } = rig({ wish: 2, cores: 1, movesWaiting: () => false });
  await pass(3, 0);
  expect(state.count).toBe(2);
  await pass(300, 0);
  expect(state.count).toBe(2);
  state.count = 1;
  await pass(2, 0);
  expect(state.count).toBe(2);
});
