/** Which channels hear of a notice, and when. Pure. */

import { atLeast } from '../../shared/notify/notice.ts';
import { type Rule, usualRule } from '../../shared/notify/rule.ts';
import type { Notice } from '../kernel/notice.ts';
import { endOfQuiet } from './quiet-hours.ts';

export interface Planned {
  readonly channel: number;
  /** ms since the epoch. */
  readonly notBefore: number;
  /** Waits for others to come, or for a quiet time to end: all that wait are told together. */
  readonly held: boolean;
  /** Told only if it is still open, and unacknowledged, by then. */
  readonly ifOpen: boolean;
}

/**
 * The deliveries of a notice. `told` are the channels that heard of the opening, for a notice that resolves it: nobody
 * else hears of its end.
 */
export function route(
  notice: Notice,
  rules: readonly Rule[],
  channels: readonly number[],
  told: readonly number[],
): Planned[] {
  const all = rules.length > 0 ? rules : [{ ...usualRule, id: 0, channels: [...channels] }];
  const planned = new Map<number, Planned>();
  const plan = (one: Planned) => {
    const before = planned.get(one.channel);
    const known = channels.includes(one.channel);
    if (known && (before === undefined || one.notBefore < before.notBefore)) planned.set(one.channel, one);
  };
  for (const rule of all.filter((each) => takes(each, notice))) {
    const when = timing(rule, notice);
    const direct = rule.channels;
    if (notice.state === 'resolved') {
      const reached = [...direct, ...(rule.escalation?.channels ?? [])];
      for (const channel of reached) {
        if (rule.recovery && told.includes(channel)) plan({ channel, ...when, ifOpen: false });
      }
      continue;
    }
    for (const channel of direct) plan({ channel, ...when, ifOpen: false });
    if (rule.escalation === null || notice.state !== 'opened') continue;
    const notBefore = notice.at + rule.escalation.afterMinutes * 60_000;
    for (const channel of rule.escalation.channels) {
      if (!direct.includes(channel)) plan({ channel, notBefore, held: false, ifOpen: true });
    }
  }
  return [...planned.values()];
}

function takes(rule: Rule, notice: Notice): boolean {
  const kind =
    rule.kinds.length === 0 ||
    rule.kinds.some((each) =>
      each.endsWith('.*') ? notice.kind.startsWith(each.slice(0, -1)) : each === notice.kind,
    );
  const app = rule.apps.length === 0 || (notice.app !== null && rule.apps.includes(notice.app));
  // What is over no longer matters, but who heard of it should hear so.
  return kind && app && (notice.state === 'resolved' || atLeast(notice.severity, rule.severity));
}

function timing(rule: Rule, notice: Notice): Pick<Planned, 'notBefore' | 'held'> {
  const grouped = notice.at + rule.groupSeconds * 1000;
  const passes = rule.quiet === null || (notice.severity === 'critical' && !rule.quiet.critical);
  const quietEnd = passes || rule.quiet === null ? null : endOfQuiet(rule.quiet, notice.at);
  return {
    notBefore: Math.max(grouped, quietEnd ?? 0),
    held: rule.groupSeconds > 0 || quietEnd !== null,
  };
}
