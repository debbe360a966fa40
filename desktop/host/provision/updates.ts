/** Security updates that install themselves; only where the person wants it. */

import { change } from './run-as-root.ts';
import { done, needed, type Step, skipped } from './step.ts';

const file = '/etc/apt/apt.conf.d/60windlass-upgrades';
const text = 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";';

export const updates: Step = {
  id: 'updates',
  title: 'Security updates',
  why: 'The system installs its own security updates every day.',
  optional: true,
  probe: `
dpkg-query -W -f '\${Status}' unattended-upgrades 2>/dev/null | grep -q '^install ok installed' && say updates.installed yes || say updates.installed no
[ -s ${file} ] && say updates.on yes || say updates.on no
`,
  find(facts, { options }) {
    if (!options.updates) return skipped('not chosen');
    const on = facts['updates.installed'] === 'yes' && facts['updates.on'] === 'yes';
    return on ? done('on') : needed('installs unattended-upgrades');
  },
  async apply(site) {
    await change(
      site,
      `
export DEBIAN_FRONTEND=noninteractive
dpkg-query -W -f '\${Status}' unattended-upgrades 2>/dev/null | grep -q '^install ok installed' || {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends unattended-upgrades >/dev/null
}
printf '%s\\n' "$1" >${file}
`,
      [text],
    );
  },
  undo: `rm -f ${file}`,
};
