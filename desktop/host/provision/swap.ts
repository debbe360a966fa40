/** Room to breathe where memory is small. */

import { change } from './run-as-root.ts';
import { done, needed, type Step, skipped } from './step.ts';

/** Builds of larger frameworks take a gigabyte for a moment. */
const smallMb = 1800;
const file = '/var/lib/windlass-swap';

export const swap: Step = {
  id: 'swap',
  title: 'Swap',
  why: 'A build may need more memory for a moment than a small server has.',
  optional: false,
  probe: `
say swap.memory "$(awk '/^MemTotal:/ {print int($2/1024)}' /proc/meminfo)"
say swap.total "$(awk '/^SwapTotal:/ {print int($2/1024)}' /proc/meminfo)"
say swap.disk "$(df -Pk /var/lib | awk 'NR==2 {print int($4/1024)}')"
`,
  find(facts) {
    const memory = Number(facts['swap.memory'] ?? 0);
    const total = Number(facts['swap.total'] ?? 0);
    if (memory >= smallMb) return skipped(`${memory} MB of memory need none`);
    if (total > 0) return done(`${total} MB`);
    if (Number(facts['swap.disk'] ?? 0) < 3000) return skipped('too little disk for a swap file');
    return needed('makes a swap file of 1 GB');
  },
  async apply(site) {
    await change(
      site,
      `
if ! swapon --show=NAME --noheadings | grep -qx ${file}; then
  rm -f ${file}
  fallocate -l 1G ${file} || dd if=/dev/zero of=${file} bs=1M count=1024 status=none
  chmod 600 ${file}
  mkswap ${file} >/dev/null
  swapon ${file}
fi
grep -q '^${file} ' /etc/fstab || echo '${file} none swap sw 0 0' >>/etc/fstab
`,
    );
  },
  undo: `if [ -e ${file} ]; then swapoff ${file}; rm -f ${file}; sed -i '\\|^${file} |d' /etc/fstab; fi`,
};
