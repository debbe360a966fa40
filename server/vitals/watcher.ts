/** Looks at the machine every ten seconds, makes minutes of it, and raises alarms as notices. */

import type { MachineFacts, Vitals } from '../../shared/vitals/contract.ts';
import type { Notice } from '../kernel/notice.ts';
import { alarmWords } from './alarm-words.ts';
import { type AlarmName, type AlarmState, alarmNames, judge, quiet, ruleFor } from './alarms.ts';
import { hoursUntilFull } from './forecast.ts';
import { between, clockJump, minuteMs, minuteOf } from './minute.ts';
import type { AppUse } from './processes.ts';
import type { Reading } from './reading.ts';
import type { VitalsStore } from './vitals-store.ts';

export interface WatcherParts {
  read(): Reading;
  /** What each app used since the last call. */
  apps(monotonic: number): AppUse[];
  store: Pick<VitalsStore, 'add' | 'latest'>;
  /** Which alarms were open when the server last ran, kept over restarts. */
  openAlarms: { read(): readonly AlarmName[]; write(open: readonly AlarmName[]): void };
  cores: number;
  /** ms since the epoch. */
  bootedAt: number;
  raise(notice: Notice): void;
}

export interface Watcher {
  /** One look. Call it every ten seconds. */
  look(): void;
  readonly latest: Vitals | null;
  readonly apps: readonly AppUse[];
  facts(): MachineFacts;
}

/** The disk's pace is judged by this many minutes. */
const forecastMinutes = 360;
/** A clock is set by small steps all the time; people notice from some seconds on. */
const jumpMs = 5000;

export function createWatcher(parts: WatcherParts): Watcher {
  let before = parts.read();
  let latest: Vitals | null = null;
  let apps: readonly AppUse[] = parts.apps(before.monotonic);
  let minute = fullMinute(before.at);
  let gathered: Vitals[] = [];
  const open = new Set(parts.openAlarms.read());
  const states = new Map<AlarmName, AlarmState>(
    alarmNames.map((name) => [name, { open: open.has(name), minutes: 0 }]),
  );

  const facts = (): MachineFacts => ({
    cores: parts.cores,
    memory: before.memoryTotal,
    swap: before.swapTotal,
    disk: before.diskTotal,
    bootedAt: parts.bootedAt,
  });

  function raise(subject: string, words: { title: string; text: string }, more: Partial<Notice>): void {
    parts.raise({
      kind: `server.${subject}`,
      subject: `server:${subject}`,
      state: 'news',
      severity: 'warning',
      app: null,
      environment: null,
      release: null,
      at: before.at,
      ...words,
      ...more,
    });
  }

  function judgeAll(whole: Vitals): void {
    const hoursLeft = hoursUntilFull(parts.store.latest(forecastMinutes), before.diskTotal);
    for (const name of alarmNames) {
      const rule = ruleFor(name, whole, facts(), hoursLeft);
      const { state, event } = judge(states.get(name) ?? quiet, rule);
      states.set(name, state);
      if (event === null) continue;
      parts.openAlarms.write(alarmNames.filter((each) => states.get(each)?.open === true));
      const severity = event === 'resolved' ? 'info' : 'warning';
      raise(name, alarmWords(name, event, whole, facts(), hoursLeft), { state: event, severity });
    }
  }

  return {
    get latest() {
      return latest;
    },
    get apps() {
      return apps;
    },
    facts,
    look() {
      const now = parts.read();
      const jump = clockJump(before, now);
      latest = between(before, now);
      before = now;
      if (Math.abs(jump) >= jumpMs) raise('clock', jumpWords(jump), {});
      if (fullMinute(now.at) !== minute) {
        if (gathered.length > 0) {
          apps = parts.apps(now.monotonic);
          const whole = minuteOf(minute, gathered);
          parts.store.add(whole, apps);
          judgeAll(whole);
        }
        minute = fullMinute(now.at);
        gathered = [];
      }
      gathered.push(latest);
    },
  };
}

function fullMinute(at: number): number {
  return at - (at % minuteMs);
}

function jumpWords(jump: number): { title: string; text: string } {
  const seconds = Math.round(Math.abs(jump) / 1000);
  return {
    title: `The server's clock jumped ${seconds} s ${jump > 0 ? 'ahead' : 'back'}`,
    text: 'It was set, or the machine was paused. Where this happens again, see that a time service runs: `timedatectl status`.',
  };
}
