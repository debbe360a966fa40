/** Reads how the machine is, in some 0.2 ms: from /proc on Linux, elsewhere what the runtime knows. */

import { readFileSync, statfsSync } from 'node:fs';
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import type { Clock } from '../kernel/clock.ts';
import { parseCpu, parseDisks, parseMemory, parseNetwork, type Reading } from './reading.ts';

/** `folder`: whose file system counts as the disk. */
export function readMachine(clock: Clock, folder: string): Reading {
  const { blocks, bfree, bsize } = statfsSync(folder);
  const common = {
    at: clock.now(),
    monotonic: clock.monotonic(),
    diskTotal: blocks * bsize,
    diskUsed: (blocks - bfree) * bsize,
    load: loadavg()[0] ?? 0,
  };
  if (process.platform !== 'linux') return { ...common, ...fromRuntime() };
  const text = (path: string) => readFileSync(path, 'utf8');
  const { total, idle } = parseCpu(text('/proc/stat'));
  return {
    ...common,
    cpuTotal: total,
    cpuIdle: idle,
    ...parseMemory(text('/proc/meminfo')),
    ...parseNetwork(text('/proc/net/dev')),
    ...parseDisks(text('/proc/diskstats')),
  };
}

function fromRuntime() {
  const times = cpus().map(({ times }) => times);
  return {
    cpuTotal: times.reduce((sum, each) => sum + each.user + each.nice + each.sys + each.idle + each.irq, 0),
    cpuIdle: times.reduce((sum, each) => sum + each.idle, 0),
    memoryTotal: totalmem(),
    memoryAvailable: freemem(),
    swapTotal: 0,
    swapFree: 0,
    received: null,
    sent: null,
    read: null,
    written: null,
  };
}
