/** Whether the kernel moves connections that wait in a listener to another one on the port when it closes (ip-sysctl, 5.14). */

import { readFileSync } from 'node:fs';

export function movesWaiting(): boolean {
  try {
    return readFileSync('/proc/sys/net/ipv4/tcp_migrate_req', 'latin1').trim() === '1';
  } catch {
    return false;
  }
}
