/** Keeps the resident set small: what was only needed to start, build or deploy is let go, pages of the program and compiled code. */

import { readFileSync, readlinkSync } from 'node:fs';
import type { Log } from './log.ts';
import { neverWritten, payloadOf } from './program-payload.ts';

/** A range of this process's address space, bytes. */
export interface Mapping {
  from: bigint;
  to: bigint;
}

export interface Resident {
  /** Work that comes seldom is over: what was compiled for it goes as soon as the server rests. */
  workDone(): void;
  stop(): void;
}

/** How often to look, ms. Whatever runs on a timer touches some 10 MB of the program, so that looking seldom shows nothing. */
const everyMs = 2000;
/** Between two full collections, ms. */
const collectMs = 10_000;
/** While much is to be done, pages are let go this seldom, ms: they would only be fetched again. */
const busyMs = 20_000;
/** From which resident size on it is worth it, bytes. */
const worthIt = 40 * 1024 ** 2;
/** Below this share of a core between two looks, the server counts as idle. */
const idleShare = 0.02;
/** madvise(2): the pages are mapped in again, from the page cache, when they are next used. */
const dontNeed = 4;

/**
 * The program is one file of 110 MB, of which the kernel maps 64 kB around every page touched. Measured: 62 MB resident
 * after a deployment, 17 MB of it our own; letting go of code and constants brings it to 32 MB and costs under a millisecond
 * of page faults. Only on Linux, only what our own file still has: mappings that cannot be written and never were (what the
 * loader relocated counts as written), and the section of our JavaScript, which is read and no more.
 *
 * What the engine compiled of it is another 7 MB. That of requests is among it: until it is compiled anew, some hundred of
 * them take 0.1 ms longer. So it goes after a deployment only.
 */
export function keepResidentSmall(log: Log): Resident {
  if (process.platform !== 'linux') return { workDone() {}, stop() {} };
  let letGo: ((mapping: Mapping) => void) | null = null;
  let payload: Mapping | 'none' | null = null;
  let cpu = process.cpuUsage();
  let collectedAt = 0;
  let letGoAt = 0;
  // The start is such work, too.
  let surplusCode = true;
  const look = async () => {
    const now = performance.now();
    const used = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    const idle = used.user + used.system < idleShare * everyMs * 1000;
    // A full collection stops everything for some 10 ms; nobody waits while nothing happens.
    if (idle && now - collectedAt >= collectMs) {
      if (surplusCode) Bun.shrink();
      else Bun.gc(true);
      surplusCode = false;
      collectedAt = now;
    }
    if (process.memoryUsage.rss() < worthIt || (!idle && now - letGoAt < busyMs)) return;
    letGoAt = now;
    letGo ??= await openMadvise();
    // Of the link, not of execPath: after an upgrade both the link and the mappings say ` (deleted)`.
    const file = readlinkSync('/proc/self/exe');
    const smaps = readFileSync('/proc/self/smaps', 'utf8');
    for (const mapping of programMappings(smaps, file)) letGo(mapping);
    const pageBytes = pageBytesIn(smaps);
    payload ??= payloadOf('/proc/self/exe', pageBytes) ?? 'none';
    if (payload !== 'none' && neverWritten(payload, pageBytes)) letGo(payload);
  };
  const attempt = () =>
    void look().catch((error: unknown) => {
      stop();
      log.warn('pages of the program cannot be let go; more memory stays in use', { error });
    });
  const timer = setInterval(attempt, everyMs);
  const stop = () => clearInterval(timer);
  return {
    workDone() {
      surplusCode = true;
      collectedAt = performance.now();
    },
    stop,
  };
}

/** The read-only mappings of `file` in the text of /proc/<pid>/smaps (proc(5)) that hold nothing but what the file has. */
export function programMappings(smaps: string, file: string): Mapping[] {
  const found: Mapping[] = [];
  let mapping: Mapping | null = null;
  for (const line of smaps.split('\n')) {
    const head = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line);
    if (head !== null) {
      const ours = head[4] === file && /^r-[x-]p$/.test(head[3] ?? '');
      mapping = ours ? { from: BigInt(`0x${head[1]}`), to: BigInt(`0x${head[2]}`) } : null;
    } else if (mapping !== null && /^Anonymous:\s+0 kB$/.test(line)) {
      found.push(mapping);
      mapping = null;
    }
  }
  return found;
}

/** The size of a page, from the first mapping in the text of /proc/<pid>/smaps. */
function pageBytesIn(smaps: string): bigint {
  return BigInt(/^KernelPageSize:\s+(\d+) kB$/m.exec(smaps)?.[1] ?? 4) * 1024n;
}

async function openMadvise(): Promise<(mapping: Mapping) => void> {
  const { dlopen } = await import('bun:ffi');
  const library = dlopen(libc(), { madvise: { args: ['u64', 'u64', 'i32'], returns: 'i32' } });
  return ({ from, to }) => {
    library.symbols.madvise(from, to - from, dontNeed);
  };
}

/** The C library this process already has loaded: its name differs between glibc and musl. */
function libc(): string {
  const loaded = /\s(\/\S*(?:libc\.so\.6|ld-musl-[\w-]+\.so\.1|libc\.musl-[\w-]+\.so\.1))$/m.exec(
    readFileSync('/proc/self/maps', 'utf8'),
  );
  return loaded?.[1] ?? 'libc.so.6';
}
