/** Connections survive a restart of Windlass. */

import { change } from './run-as-root.ts';
import { done, needed, type Step, skipped } from './step.ts';

const file = '/etc/sysctl.d/60-windlass.conf';

export const sysctl: Step = {
  id: 'sysctl',
  title: 'Kernel setting',
  why: 'With net.ipv4.tcp_migrate_req a connection that waits for a closing listener moves to the next one: none is lost.',
  optional: false,
  probe: `
say sysctl.now "$(cat /proc/sys/net/ipv4/tcp_migrate_req 2>/dev/null)"
grep -qs '^net.ipv4.tcp_migrate_req *= *1$' ${file} && say sysctl.kept yes || say sysctl.kept no
`,
  find(facts) {
    if ((facts['sysctl.now'] ?? '') === '') return skipped('this kernel does not have it (Linux 5.14 does)');
    if (facts['sysctl.now'] === '1' && facts['sysctl.kept'] === 'yes') return done('set');
    return needed('sets net.ipv4.tcp_migrate_req to 1');
  },
  async apply(site) {
    await change(site, `echo 'net.ipv4.tcp_migrate_req = 1' >${file}\nsysctl -q -p ${file}`);
  },
  undo: `rm -f ${file}`,
};
