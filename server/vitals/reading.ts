/** What the kernel says of the machine at one instant, from the text of its files. Pure. */

/** Counters since boot and amounts now. Bytes; null where the system does not say. */
export interface Reading {
  /** ms since the epoch, and ms of a clock that never jumps. */
  readonly at: number;
  readonly monotonic: number;
  /** Time all cores have spent, and of it at rest; any unit. */
  readonly cpuTotal: number;
  readonly cpuIdle: number;
  readonly memoryTotal: number;
  readonly memoryAvailable: number;
  readonly swapTotal: number;
  readonly swapFree: number;
  readonly diskTotal: number;
  readonly diskUsed: number;
  readonly load: number;
  readonly received: number | null;
  readonly sent: number | null;
  readonly read: number | null;
  readonly written: number | null;
}

/** The first line of /proc/stat (proc(5)); waiting for a disk counts as rest, and time of guests is in `user` already. */
export function parseCpu(stat: string): { total: number; idle: number } {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1] ?? '';
  const times = line.split(' ').slice(0, 8).map(Number);
  const [, , , idle = 0, waiting = 0] = times;
  return { total: times.reduce((sum, each) => sum + each, 0), idle: idle + waiting };
}

/** /proc/meminfo: the amounts in kB, as bytes. */
export function parseMemory(
  meminfo: string,
): Pick<Reading, 'memoryTotal' | 'memoryAvailable' | 'swapTotal' | 'swapFree'> {
  const bytes = (name: string) =>
    Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)?.[1] ?? 0) * 1024;
  return {
    memoryTotal: bytes('MemTotal'),
    memoryAvailable: bytes('MemAvailable'),
    swapTotal: bytes('SwapTotal'),
    swapFree: bytes('SwapFree'),
  };
}

/** Traffic within the machine passes these, or is counted on the real interface already. */
const virtual = /^(?:lo|veth.*|docker\d*|br-.*|virbr\d*|tun\d*|tap\d*|wg\d*)$/;

/** /proc/net/dev: bytes over all real interfaces. */
export function parseNetwork(dev: string): { received: number; sent: number } {
  let received = 0;
  let sent = 0;
  for (const line of dev.split('\n')) {
    const match = /^ *([^:\s]+): *(.*)$/.exec(line);
    if (match === null || virtual.test(match[1] ?? '')) continue;
    const fields = (match[2] ?? '').split(/ +/).map(Number);
    received += fields[0] ?? 0;
    sent += fields[8] ?? 0;
  }
  return { received, sent };
}

const wholeDisk = /^(?:[shv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/;
/** Of /proc/diskstats, whatever the disk's own are (Documentation/admin-guide/iostats.rst). */
const sectorBytes = 512;

/** /proc/diskstats: bytes over whole disks, so that nothing counts again for its partition. */
export function parseDisks(diskstats: string): { read: number; written: number } {
  let read = 0;
  let written = 0;
  for (const line of diskstats.split('\n')) {
    const fields = line.trim().split(/ +/);
    if (!wholeDisk.test(fields[2] ?? '')) continue;
    read += Number(fields[5]) * sectorBytes;
    written += Number(fields[9]) * sectorBytes;
  }
  return { read, written };
}
