/** Whether this is a system Windlass knows. */

import { blocked, done, type Step } from './step.ts';

/** Oldest versions that still get security updates, and that it is tried on. */
const oldest: Readonly<Record<string, number>> = { debian: 11, ubuntu: 20.04 };

export const os: Step = {
  id: 'os',
  title: 'Operating system',
  why: 'Windlass runs apps as units of systemd and is tried on Debian and Ubuntu.',
  optional: false,
  probe: `
say os.kernel "$(uname -s)"
if [ -r /etc/os-release ]; then ( . /etc/os-release; say os.id "$ID"; say os.version "$VERSION_ID"; say os.name "$PRETTY_NAME" ); fi
[ -d /run/systemd/system ] && say os.systemd yes || say os.systemd no
`,
  find(facts) {
    const name = facts['os.name'] ?? facts['os.kernel'] ?? 'this system';
    if (facts['os.kernel'] !== 'Linux') {
      return blocked(`${name} is not Linux`, 'Choose a server with Debian 11 or Ubuntu 20.04, or newer.');
    }
    const from = oldest[facts['os.id'] ?? ''];
    if (from === undefined || !(Number.parseFloat(facts['os.version'] ?? '') >= from)) {
      return blocked(
        `${name} is not supported`,
        'Choose a server with Debian 11 or Ubuntu 20.04, or newer. Nothing was changed.',
      );
    }
    if (facts['os.systemd'] !== 'yes') {
      return blocked(`${name} does not run systemd`, 'Windlass needs systemd as the first process.');
    }
    return done(name);
  },
};
