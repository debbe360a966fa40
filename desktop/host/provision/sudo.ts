/** Whether the person may change the system. */

import { blocked, done, type Step } from './step.ts';

export const sudo: Step = {
  id: 'sudo',
  title: 'Rights',
  why: 'A service, its folders and ports below 1024 need root. A password is asked once and never stored.',
  optional: false,
  probe: 'say sudo.uid "$(id -u)"',
  find(facts, { elevation, user }) {
    if (elevation === 'none' || facts['sudo.uid'] !== '0') {
      return blocked(
        `${user} cannot become root on the server`,
        'Connect as root, or add the user to the group `sudo` there.',
      );
    }
    return done(elevation === 'root' ? 'connected as root' : `${user} uses sudo`);
  },
};
