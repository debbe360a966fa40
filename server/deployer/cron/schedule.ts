/** Which scheduled commands an app has, and when one is due. Pure. */

import { type AppConfig, configDefaults } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';

export interface ScheduledJob {
  name: string;
  schedule: string;
  timezone: string;
  command: string;
  overlap: 'skip' | 'queue' | 'allow';
  /** Seconds. */
  timeout: number;
}

/** What is to be done now, and when to look again (null: never). Times in ms since the epoch. */
export type Due = { next: number | null } & (
  | { kind: 'none' }
  | { kind: 'run'; at: number; late: boolean }
  | { kind: 'missed'; at: number }
);

/**
 * A run that was due while the server was down is made up for, once, if it is no older than this: a nightly tidy should
 * survive an upgrade of the server at the wrong minute, but not come at noon, when it was meant for the night.
 */
const catchUpMs = 3_600_000;
/** A run this much behind its time is told as late; timers and a busy machine cost less. */
const punctualMs = 60_000;

/** Every job with its defaults filled in; names are unique. */
export function scheduledJobs(config: AppConfig): ScheduledJob[] {
  const names = new Set<string>();
  return (config.cron ?? []).map((job) => {
    const name = freeName(job.name ?? wordsOf(job.command), names);
    names.add(name);
    const { timezone, overlap, timeout } = configDefaults.cron;
    return {
      name,
      schedule: job.schedule.trim(),
      command: job.command,
      timezone: job.timezone ?? timezone,
      overlap: job.overlap ?? overlap,
      timeout: job.timeout ?? timeout,
    };
  });
}

/** Throws `WindlassError('invalid')` naming the job whose schedule or time zone cannot be, or never comes. */
export function checkSchedules(config: AppConfig): void {
  for (const { name, schedule, timezone } of scheduledJobs(config)) {
    const say = (what: string, hint: string, cause?: unknown) =>
      new WindlassError('invalid', `windlass.json, cron "${name}": ${what}`, { hint, cause });
    try {
      new Intl.DateTimeFormat('en', { timeZone: timezone });
    } catch (cause) {
      throw say(`there is no time zone "${timezone}"`, 'Use an IANA name, like "Europe/Berlin".', cause);
    }
    const help = 'It has minute, hour, day of month, month and day of week, like "0 3 * * *".';
    let first: Date | null;
    try {
      first = Bun.cron.parse(schedule, Date.UTC(2026, 0, 1), { tz: timezone });
    } catch (cause) {
      throw say(`"${schedule}" is not a schedule`, help, cause);
    }
    if (first === null) throw say(`"${schedule}" is a time that never comes`, help);
  }
}

/** The first time after `after` that the job is due, by the rules of cron(8) at changes of daylight saving time. */
export function nextTime(job: Pick<ScheduledJob, 'schedule' | 'timezone'>, after: number): number | null {
  return Bun.cron.parse(job.schedule, after, { tz: job.timezone })?.getTime() ?? null;
}

/** `considered`: up to when the job was looked at before. Of several times that passed, only the last one counts. */
export function due(job: Pick<ScheduledJob, 'schedule' | 'timezone'>, considered: number, now: number): Due {
  // A clock set back a little must not run a job twice; one set back a lot was wrong before.
  const from = considered - now > catchUpMs ? now : considered;
  const first = nextTime(job, from);
  if (first === null || first > now) return { kind: 'none', next: first };
  let last: number | null = null;
  for (let at = nextTime(job, Math.max(from, now - catchUpMs - 1)); at !== null && at <= now; ) {
    last = at;
    at = nextTime(job, at);
  }
  const next = nextTime(job, now);
  if (last === null) return { kind: 'missed', at: first, next };
  return { kind: 'run', at: last, late: now - last > punctualMs, next };
}

/** `node tidy.js --all` to `node-tidy-js-all`. */
function wordsOf(command: string): string {
  const words = command.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return words.replace(/^-+/, '').slice(0, 40).replace(/-+$/, '') || 'job';
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const tried = count === 1 ? name : `${name}-${count}`;
    if (!taken.has(tried)) return tried;
  }
}
