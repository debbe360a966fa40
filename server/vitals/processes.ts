/** Which processes belong to which app, and what they have used: by the variables their environment began with. */

import { readdirSync, readFileSync } from 'node:fs';

export interface AppUse {
  readonly app: string;
  readonly environment: string;
  /** Cores, as a mean since the look before. */
  readonly cpu: number;
  /** Resident bytes. */
  readonly memory: number;
}

interface Known {
  /** Tells a process from a later one with the same id. */
  readonly startTime: string;
  /** Null for a process of no app. */
  readonly owner: { app: string; environment: string } | null;
  /** Ticks of the processor so far. */
  ticks: number;
}

/** The kernel's clock tick as programs see it: 100 a second on every Linux (`getconf CLK_TCK`). */
const tickSeconds = 0.01;
const pageBytes = 4096;

export class Processes {
  readonly #known = new Map<number, Known>();
  readonly #server: string;
  #lookedAt: number | null = null;

  /** `server`: what instances of this server have in `WINDLASS_SERVER`; there may be others on the machine. */
  constructor(server: string) {
    this.#server = server;
  }

  /**
   * Every app that has a process now. `monotonic` in ms. What a process used that began and ended between two looks is
   * not seen, and the first look only finds out where to count from.
   */
  look(monotonic: number): AppUse[] {
    const seconds = this.#lookedAt === null ? 0 : (monotonic - this.#lookedAt) / 1000;
    this.#lookedAt = monotonic;
    const uses = new Map<string, { app: string; environment: string; ticks: number; pages: number }>();
    const seen = new Set<number>();
    for (const name of readdirSync('/proc')) {
      const pid = Number(name);
      const stat = Number.isInteger(pid) ? parseStat(read(`/proc/${pid}/stat`)) : null;
      if (stat === null) continue;
      seen.add(pid);
      const known = this.#recognise(pid, stat.startTime);
      const used = stat.ticks - known.ticks;
      known.ticks = stat.ticks;
      if (known.owner === null) continue;
      const key = `${known.owner.app}/${known.owner.environment}`;
      const use = uses.get(key) ?? { ...known.owner, ticks: 0, pages: 0 };
      uses.set(key, { ...use, ticks: use.ticks + used, pages: use.pages + stat.pages });
    }
    for (const pid of this.#known.keys()) if (!seen.has(pid)) this.#known.delete(pid);
    return [...uses.values()].map(({ app, environment, ticks, pages }) => ({
      app,
      environment,
      cpu: seconds === 0 ? 0 : (ticks * tickSeconds) / seconds,
      memory: pages * pageBytes,
    }));
  }

  #recognise(pid: number, startTime: string): Known {
    const found = this.#known.get(pid);
    if (found?.startTime === startTime) return found;
    const fresh: Known = { startTime, owner: ownerIn(read(`/proc/${pid}/environ`), this.#server), ticks: 0 };
    this.#known.set(pid, fresh);
    return fresh;
  }
}

/** /proc/<pid>/stat (proc(5)); the name in it may hold spaces and brackets, so fields count from behind the last one. */
export function parseStat(stat: string): { ticks: number; startTime: string; pages: number } | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system, startTime, pages] = [fields[11], fields[12], fields[19], fields[21]];
  if (startTime === undefined || pages === undefined) return null;
  return { ticks: Number(user) + Number(system), startTime, pages: Number(pages) };
}

/** /proc/<pid>/environ: what `exec` was given. Null for a process that is no instance of `server`. */
export function ownerIn(environ: string, server: string): { app: string; environment: string } | null {
  const value = (name: string) =>
    new RegExp(`(?:^|\\0)${name}=([a-z0-9-]{1,40})(?:\\0|$)`).exec(environ)?.[1] ?? null;
  const app = value('WINDLASS_APP');
  const environment = value('WINDLASS_ENV');
  const ours = value('WINDLASS_SERVER') === server;
  return !ours || app === null || environment === null ? null : { app, environment };
}

/** Empty where the process is gone or not ours to look at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
