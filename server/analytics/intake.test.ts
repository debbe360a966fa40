import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { Intake } from './intake.ts';
import type { Arrived } from './understand.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
let root: string;
let intake: Intake;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'windlass-intake-'));
  intake = new Intake({
    root,
    clock: systemClock,
    log: quiet,
    places: () => null,
    datacentres: () => null,
    idleMs: 20,
  });
});
afterEach(async () => {
  await intake.close();
  rmSync(root, { recursive: true, force: true });
});

const arrived = (path: string): Arrived => ({
  at: Date.now(),
  app: 'shop',
  environment: 'production',
  release: 1,
  dialect: 'plausible',
  host: 'shop.example',
  address: '198.51.100.1',
  agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36',
  acceptLanguage: '',
  origin: '',
  optOut: false,
  body: JSON.stringify({ n: 'pageview', u: `https://shop.example${path}` }),
  leftOut: [],
});

const lines = () =>
  readdirSync(join(root, 'shop.production'))
    .filter((name) => name.endsWith('.journal'))
    .flatMap((name) =>
      readFileSync(join(root, 'shop.production', name), 'utf8')
        .trim()
        .split('\n'),
    );

async function asleep(): Promise<void> {
  const deadline = performance.now() + 5000;
  while (intake.awake && performance.now() < deadline) await Bun.sleep(1);
  expect(intake.awake).toBe(false);
}

test('the_worker_runs_only_while_events_come_and_none_is_lost_where_it_goes_and_comes_back', async () => {
  expect(intake.awake).toBe(false);
  expect(await intake.take(arrived('/0'))).toBe('counted');
  expect(intake.awake).toBe(true);
  await asleep();
  // Into every moment of its going: some of these meet a Worker that is told to end.
  const outcomes: string[] = [];
  for (let turn = 1; turn <= 30; turn++) {
    outcomes.push(await intake.take(arrived(`/${turn}`)));
    await Bun.sleep(15 + (turn % 10));
  }
  expect(outcomes).toEqual(Array(30).fill('counted'));
  await asleep();
  expect(lines()).toHaveLength(31);
});

test('what_arrives_in_one_turn_is_written_together_and_what_comes_after_the_end_is_refused', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, index) => intake.take(arrived(`/${index}`))),
  );
  expect(new Set(outcomes)).toEqual(new Set(['counted']));
  const last = intake.take(arrived('/last'));
  await intake.close();
  expect(await last).toBe('counted');
  expect(await intake.take(arrived('/late'))).toBe('failed');
  expect(lines()).toHaveLength(101);
});
