/** The server's clock against the desktop's. */

import { blocked, done, type Step } from './step.ts';

/** Certificates and signatures bear about five minutes. */
const mostSeconds = 300;

export const clock: Step = {
  id: 'clock',
  title: 'Clock',
  why: 'Certificates cannot be got or checked with a wrong clock.',
  optional: false,
  probe: 'say clock.seconds "$(date +%s)"',
  find(facts, { now }) {
    const off = Math.round(Number(facts['clock.seconds'] ?? Number.NaN) - now / 1000);
    if (!(Math.abs(off) <= mostSeconds)) {
      const way = off < 0 ? 'behind' : 'ahead of';
      return blocked(
        `the server's clock is ${Number.isNaN(off) ? 'unreadable' : `${Math.abs(off)} s ${way} this computer's`}`,
        'Set it with `timedatectl set-ntp true` on the server, or correct the clock of this computer.',
      );
    }
    return done(off === 0 ? 'right to the second' : `${Math.abs(off)} s off`);
  },
};
