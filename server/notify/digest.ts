/** Several notices that waited together, told as one. Pure. */

import { severities } from '../../shared/notify/notice.ts';
import type { Notice } from '../kernel/notice.ts';
import { headline } from './message.ts';

const shownAtMost = 30;

/** One alone stays as it is. The digest matters as much as what matters most in it. */
export function digest(notices: readonly [Notice, ...Notice[]]): Notice {
  const [first, ...rest] = notices;
  if (rest.length === 0) return first;
  const open = notices.filter(({ state }) => state !== 'resolved');
  const worst = Math.max(
    ...(open.length > 0 ? open : notices).map((each) => severities.indexOf(each.severity)),
  );
  const same = <K extends 'app' | 'environment' | 'release'>(key: K): Notice[K] | null =>
    notices.every((each) => each[key] === first[key]) ? first[key] : null;
  const lines = notices.slice(0, shownAtMost).map((each) => `- ${headline(each)}`);
  const more = notices.length - lines.length;
  return {
    kind: 'notify.digest',
    subject: `digest:${first.subject}`,
    state: 'news',
    severity: severities[worst] ?? 'info',
    app: same('app'),
    environment: same('environment'),
    release: same('release'),
    title: `${notices.length} things happened`,
    text: [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    at: notices.at(-1)?.at ?? first.at,
  };
}
