/** When something about the machine is worth a word, and when it is over. Pure. */

import type { MachineFacts, Vitals } from '../../shared/vitals/contract.ts';

export const alarmNames = ['memory', 'disk', 'load'] as const;
export type AlarmName = (typeof alarmNames)[number];

/** What an alarm watches: how long it has been beyond its limit, or, once open, back within it. */
export interface AlarmState {
  readonly open: boolean;
  /** Minutes in a row that speak for a change. */
  readonly minutes: number;
}

export const quiet: AlarmState = { open: false, minutes: 0 };

export interface Judgement {
  readonly state: AlarmState;
  readonly event: 'opened' | 'resolved' | null;
}

/** Opens beyond `open`, closes within `close`; between the two nothing changes, so that it does not flutter. */
interface Rule {
  readonly open: boolean;
  readonly close: boolean;
  /** Minutes in a row before either is believed. */
  readonly minutes: number;
}

export function judge(state: AlarmState, rule: Rule): Judgement {
  const speaks = state.open ? rule.close : rule.open;
  const minutes = speaks ? state.minutes + 1 : 0;
  if (minutes < rule.minutes) return { state: { open: state.open, minutes }, event: null };
  return { state: { open: !state.open, minutes: 0 }, event: state.open ? 'resolved' : 'opened' };
}

/** `hoursLeft`: until the disk is full, null where it does not fill. */
export function ruleFor(
  name: AlarmName,
  minute: Vitals,
  facts: MachineFacts,
  hoursLeft: number | null,
): Rule {
  switch (name) {
    case 'memory': {
      // Below some 7 % the kernel throws programs out of the page cache and everything becomes slow.
      const free = 1 - minute.memory / Math.max(1, facts.memory);
      return { open: free < 0.07, close: free > 0.12, minutes: 5 };
    }
    case 'disk': {
      const used = minute.disk / Math.max(1, facts.disk);
      const soon = hoursLeft !== null && hoursLeft < 24;
      const notSoon = hoursLeft === null || hoursLeft > 48;
      return { open: used > 0.92 || (soon && used > 0.5), close: used < 0.88 && notSoon, minutes: 5 };
    }
    case 'load':
      return { open: minute.load > facts.cores * 4, close: minute.load < facts.cores * 2, minutes: 15 };
  }
}
