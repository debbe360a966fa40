/** What the kernel itself has to say to `windlass doctor`: disk, permissions, control.db, telemetry, memory, clock, jobs. */

import { statfsSync, statSync } from 'node:fs';
import type { DoctorFinding } from '../../shared/kernel/contract.ts';
import type { DataPaths } from './data-dir.ts';
import { proveWritable } from './disk-error.ts';
import type { DoctorCheck } from './doctor.ts';
import type { JobStore } from './job-store.ts';
import type { Kernel } from './kernel.ts';
import { backupsOf } from './store-backup.ts';
import { quickCheck } from './store-inspect.ts';

type Finding = Omit<DoctorFinding, 'check'>;

const mega = 1024 * 1024;
/** The bar of the whole server at rest, bytes; with work under way it may be more. */
const restingMemory = 50 * mega;

export function kernelChecks(kernel: Kernel, jobs: JobStore): DoctorCheck[] {
  const { paths, clock } = kernel;
  // Both clocks at the same instant, to see later whether the wall clock jumped.
  const started = { wall: clock.now(), steady: clock.monotonic() };
  return [
    check('disk', () => disk(paths)),
    check('data folder', () => permissions(paths)),
    check('control.db', () => controlDb(kernel)),
    check('telemetry', () => telemetry(kernel)),
    check('memory', () => memory(process.memoryUsage.rss())),
    check('clock', () => clockSanity(started, { wall: clock.now(), steady: clock.monotonic() })),
    check('jobs', () => stuckJobs(kernel, jobs)),
  ];
}

/** Whether the wall clock is plausible and went as the steady one did. Times in ms. */
export function clockSanity(
  then: { wall: number; steady: number },
  now: { wall: number; steady: number },
): Finding {
  const firstRelease = Date.UTC(2025, 0, 1);
  if (now.wall < firstRelease) {
    return {
      state: 'failing',
      message: `the clock says ${new Date(now.wall).toISOString()}`,
      hint: 'Set it (`timedatectl set-ntp true`): certificates and schedules depend on it.',
    };
  }
  const jumped = Math.round((now.wall - then.wall - (now.steady - then.steady)) / 1000);
  return Math.abs(jumped) > 60
    ? {
        state: 'warning',
        message: `the clock was changed by ${jumped} s since the server started`,
        hint: 'See that time is synchronised: `timedatectl`.',
      }
    : { state: 'ok', message: `${new Date(now.wall).toISOString()}` };
}

/** `free` and `total` in bytes. */
export function diskSpace(free: number, total: number): Finding {
  const message = `${sizeText(free)} free of ${sizeText(total)}`;
  const hint = 'Free some space: deployments and telemetry stop when the disk is full.';
  if (free < 256 * mega) {
    return { state: 'failing', message, hint };
  }
  return free < 2048 * mega ? { state: 'warning', message, hint } : { state: 'ok', message };
}

function sizeText(bytes: number): string {
  const giga = 1024 * mega;
  return bytes < 10 * giga ? `${Math.round(bytes / mega)} MB` : `${Math.round(bytes / giga)} GB`;
}

function check(name: string, find: () => Finding | Finding[]): DoctorCheck {
  return { name, run: async () => [find()].flat() };
}

function disk(paths: DataPaths): Finding {
  const { bavail, blocks, bsize } = statfsSync(paths.root);
  return diskSpace(bavail * bsize, blocks * bsize);
}

function permissions(paths: DataPaths): Finding {
  proveWritable(paths.root);
  for (const path of [paths.root, paths.masterKey, paths.controlDb]) {
    const mode = statSync(path).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      return {
        state: 'failing',
        message: `${path} can be opened by other users (mode ${mode.toString(8)})`,
        hint: `Run \`chmod go-rwx ${path}\`.`,
      };
    }
  }
  return { state: 'ok', message: `${paths.root} is writable, and private` };
}

function controlDb({ store, paths, clock }: Kernel): Finding {
  const problems = quickCheck(store.db);
  const newest = backupsOf(paths.controlDb)[0];
  if (problems.length > 0) {
    return {
      state: 'failing',
      message: `control.db is damaged: ${problems[0]}`,
      hint: `Stop the server and put ${newest ?? 'your backup'} in its place.`,
    };
  }
  const hours =
    newest === undefined ? null : Math.round((clock.now() - statSync(newest).mtimeMs) / 3_600_000);
  return { state: 'ok', message: `sound; newest backup ${hours === null ? 'none yet' : `${hours} h old`}` };
}

function telemetry({ telemetry: { counts } }: Kernel): Finding {
  const message = `${counts.written} ${counts.written === 1 ? 'row' : 'rows'} written, ${counts.dropped} dropped since the start`;
  return counts.dropped > 0
    ? {
        state: 'warning',
        message,
        hint: 'The server log says why: a full disk, a damaged file, or too much at once.',
      }
    : { state: 'ok', message };
}

function memory(resident: number): Finding {
  const message = `${Math.round(resident / mega)} MB resident`;
  return resident > 4 * restingMemory
    ? { state: 'warning', message, hint: 'At rest it should be near 50 MB; restart the server if it stays.' }
    : { state: 'ok', message };
}

function stuckJobs({ clock, jobs }: Kernel, stored: JobStore): Finding {
  const stuck = stored.stuck(clock.now());
  if (stuck > 0) {
    return {
      state: 'failing',
      message: `${stuck} running jobs have lost their lease`,
      hint: 'Restart the server: it takes them up again.',
    };
  }
  const all = jobs.list();
  const count = (state: string) => all.filter((job) => job.state === state).length;
  return { state: 'ok', message: `${count('running')} running, ${count('waiting')} waiting` };
}
