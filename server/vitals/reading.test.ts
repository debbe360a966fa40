/** The kernel's files, as a Debian server shows them. */

import { expect, test } from 'bun:test';
import { parseCpu, parseDisks, parseMemory, parseNetwork } from './reading.ts';

test('waiting_for_a_disk_is_rest_and_guests_are_not_counted_twice', () => {
  const stat = 'cpu  100 5 20 800 40 0 3 2 30 0\ncpu0 50 2 10 400 20 0 1 1 15 0\nintr 1\nctxt 2\nbtime 1\n';
  expect(parseCpu(stat)).toEqual({ total: 970, idle: 840 });
});

test('memory_is_what_is_available_and_not_what_is_free', () => {
  const meminfo =
    'MemTotal:        2014284 kB\nMemFree:          100000 kB\nMemAvailable:    1500000 kB\nSwapTotal:        524284 kB\nSwapFree:         524000 kB\n';
  expect(parseMemory(meminfo)).toEqual({
    memoryTotal: 2014284 * 1024,
    memoryAvailable: 1500000 * 1024,
    swapTotal: 524284 * 1024,
    swapFree: 524000 * 1024,
  });
});

test('traffic_within_the_machine_does_not_count', () => {
  const dev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 9999999  100    0    0    0     0          0         0  9999999  100    0    0    0     0       0          0
  eth0: 1000     10    0    0    0     0          0         0     2000    20    0    0    0     0       0          0
docker0: 777     1    0    0    0     0          0         0      777     1    0    0    0     0       0          0
vethab12cd: 5    1    0    0    0     0          0         0        5     1    0    0    0     0       0          0
enp1s0:50        1    0    0    0     0          0         0       60     1    0    0    0     0       0          0
`;
  expect(parseNetwork(dev)).toEqual({ received: 1050, sent: 2060 });
});

test('a_partition_does_not_count_again_for_its_disk', () => {
  const diskstats = `   8       0 sda 100 0 2000 10 50 0 4000 20 0 30 30 0 0 0 0
   8       1 sda1 100 0 2000 10 50 0 4000 20 0 30 30 0 0 0 0
 259       0 nvme0n1 1 0 8 0 1 0 16 0 0 0 0 0 0 0 0
 259       1 nvme0n1p1 1 0 8 0 1 0 16 0 0 0 0 0 0 0 0
   7       0 loop0 1 0 8 0 1 0 16 0 0 0 0 0 0 0 0
`;
  expect(parseDisks(diskstats)).toEqual({ read: 2008 * 512, written: 4016 * 512 });
});
