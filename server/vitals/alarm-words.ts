/** What an alarm says to a person: what is, and what to do. Pure. */

import { bytesText } from '../../shared/bytes-text.ts';
import type { MachineFacts, Vitals } from '../../shared/vitals/contract.ts';
import type { AlarmName } from './alarms.ts';

export function alarmWords(
  name: AlarmName,
  event: 'opened' | 'resolved',
  minute: Vitals,
  facts: MachineFacts,
  hoursLeft: number | null,
): { title: string; text: string } {
  const share = (part: number, of: number) => `${Math.round((part / Math.max(1, of)) * 100)} %`;
  switch (name) {
    case 'memory': {
      const free = bytesText(Math.max(0, facts.memory - minute.memory));
      return event === 'resolved'
        ? { title: 'There is memory again', text: `${free} are available.` }
        : {
            title: 'Memory runs out',
            text: `Only ${free} of ${bytesText(facts.memory)} are available. See which app uses it with \`windlass vitals\`, give it a limit, or the server more memory.`,
          };
    }
    case 'disk': {
      const used = share(minute.disk, facts.disk);
      if (event === 'resolved')
        return { title: 'There is room on the disk again', text: `${used} are used.` };
      const soon = hoursLeft === null ? '' : ` At this pace it is full in ${hoursText(hoursLeft)}.`;
      return {
        title:
          hoursLeft !== null && hoursLeft < 24
            ? `The disk is full in ${hoursText(hoursLeft)}`
            : `The disk is ${used} full`,
        text: `${bytesText(minute.disk)} of ${bytesText(facts.disk)} are used.${soon} See what of it is Windlass's with \`windlass doctor --disk\`.`,
      };
    }
    case 'load':
      return event === 'resolved'
        ? { title: 'The server keeps up again', text: `Its load is ${minute.load.toFixed(1)}.` }
        : {
            title: 'The server does not keep up',
            text: `Its load has been above ${facts.cores * 4} for a quarter of an hour, with ${facts.cores} cores. See which app it is with \`windlass vitals\`.`,
          };
  }
}

function hoursText(hours: number): string {
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} minutes`;
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}
