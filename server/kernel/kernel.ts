/** What every feature is given: the kernel's parts, opened on one data folder. */

import { existsSync } from 'node:fs';
import type { ServerInfo } from '../../shared/kernel/contract.ts';
import { type Clock, systemClock } from './clock.ts';
import { type DataPaths, openDataDir } from './data-dir.ts';
import { type DoctorCheck, runDoctor } from './doctor.ts';
import { createEvents, type Events } from './events.ts';
import type { Feature } from './feature.ts';
import { createJobs } from './job-runner.ts';
import { jobMigrations, jobStore } from './job-store.ts';
import type { Jobs } from './jobs.ts';
import { kernelChecks } from './kernel-checks.ts';
import { createLog, type Level, type Log } from './log.ts';
import type { Migration } from './migrations.ts';
import { openSecrets, type Secrets } from './secrets.ts';
import { openStore, type Store } from './store.ts';
import { backupsOf } from './store-backup.ts';
import type { Telemetry } from './telemetry.ts';
import { createTelemetry } from './telemetry-client.ts';

export interface Kernel {
  readonly clock: Clock;
  readonly log: Log;
  readonly paths: DataPaths;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly telemetry: Telemetry;
}

export interface KernelOptions {
  /** The data folder. */
  root: string;
  /** Of all features, in the order of compose.ts. The kernel's own come first by themselves. */
  migrations: readonly Migration[];
  /** Takes one finished line of the log, newline included. */
  writeLog(line: string): void;
  /** Default `info`. */
  level?: Level;
  /** Default `json`. */
  logFormat?: 'json' | 'human';
  /** Default the system's. */
  clock?: Clock;
}

export interface OpenKernel {
  readonly kernel: Kernel;
  /** Stops the jobs, brings telemetry to disk, closes every file and gives the lock back, in this order. */
  close(): Promise<void>;
  /** Gives the lock to a successor while the files stay open, for what is still to be answered. Nothing is changed any more. */
  letGo(): Promise<void>;
}

const dayMs = 86_400_000;

/**
 * Opens everything on one data folder, under its lock. Jobs do not run before `kernel.jobs.start()`. Throws
 * `WindlassError` where the folder is in use, damaged or cannot be written, and has then closed what it opened.
 */
export async function openKernel(options: KernelOptions): Promise<OpenKernel> {
  const clock = options.clock ?? systemClock;
  const dataDir = openDataDir(options.root);
  const { paths } = dataDir;
  try {
    // A new key beside an old control.db would make every secret in it unreadable.
    const isNew = !existsSync(paths.controlDb) && backupsOf(paths.controlDb).length === 0;
    const secrets = openSecrets(paths.masterKey, { create: isNew });
    const log = createLog({
      write: options.writeLog,
      clock,
      redact: secrets.redact,
      level: options.level ?? 'info',
      format: options.logFormat ?? 'json',
    });
    const store = openStore(paths.controlDb, [...jobMigrations, ...options.migrations], log.child('store'));
    const jobs = createJobs({ store, clock, log: log.child('jobs') });
    const telemetry = createTelemetry({ folder: paths.telemetry, clock, log: log.child('telemetry') });
    const backups = setInterval(() => store.backUp(), dayMs);
    const kernel: Kernel = {
      clock,
      log,
      paths,
      store,
      secrets,
      events: createEvents(log.child('events')),
      jobs,
      telemetry,
    };
    return {
      kernel,
      async close() {
        clearInterval(backups);
        await jobs.stop();
        await telemetry.close();
        store.close();
        dataDir.close();
      },
      async letGo() {
        clearInterval(backups);
        await jobs.stop();
        dataDir.close();
      },
    };
  } catch (error) {
    dataDir.close();
    throw error;
  }
}

const doctorMs = 5000;

/**
 * The kernel's own methods. `info` gives what only compose.ts knows of `server.info`, `checks` those of all features.
 * Its migrations are empty, for `openKernel` has run the kernel's own.
 */
export function kernelFeature(
  kernel: Kernel,
  info: () => Partial<ServerInfo>,
  checks: () => readonly DoctorCheck[] = () => [],
): Feature {
  const startedAt = kernel.clock.now();
  const own = kernelChecks(kernel, jobStore(kernel.store));
  return {
    name: 'kernel',
    migrations: [],
    checks: own,
    contract: async () => (await import('../../shared/kernel/contract.ts')).kernelContract,
    handlers: {
      'server.info': () => ({
        version: 'unknown',
        pid: process.pid,
        startedAt,
        dataDir: kernel.paths.root,
        http: null,
        baseDomain: '',
        runtimes: [],
        memory: process.memoryUsage.rss(),
        ...info(),
      }),
      'server.doctor': async () => ({
        findings: await runDoctor([...own, ...checks().filter((check) => !own.includes(check))], doctorMs),
      }),
      'jobs.list': () => ({ jobs: kernel.jobs.list() }),
    },
  };
}
