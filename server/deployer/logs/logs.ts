/** All logs of all apps: taken in from instances and builds, kept within a budget, read back long after. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from '../../../shared/deployer/model.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { type Intake, startIntake } from './intake.ts';
import type { Journal } from './journal.ts';
import { buildPlace, environmentFolder, runPlace } from './places.ts';
import type { LogQuery } from './query.ts';
import { createRawFile } from './raw-file.ts';
import { readLogs } from './reader.ts';
import { createWriters } from './writers.ts';

export interface ReleaseRef {
  app: string;
  environment: string;
  release: number;
}
export interface InstanceRef extends ReleaseRef {
  id: string;
}

/** Where one build writes to. */
export interface BuildWriter {
  /** One line, without its end. Never throws: a full disk ends builds soon enough by itself. */
  write(text: string): void;
  /** The newest lines. */
  tail(lines: number): Promise<string[]>;
  close(): Promise<void>;
}

export interface Logs {
  /**
   * The file the instance appends to; from now on what it writes is taken in. Calling it again before `close` (the
   * instance starts again, or was adopted) goes on with the same file.
   */
  open(instance: InstanceRef): string;
  /** The file of the instance, opened or not. */
  outputOf(id: string): string;
  /** Takes in the rest of what the instance wrote and deletes its file; call when it is gone for good. */
  close(id: string): Promise<void>;
  /** A line of Windlass' own, behind everything the release's instances wrote before. */
  note(release: ReleaseRef, text: string): void;
  /** Lines of a command beside the release's instances, in the release's log under a name of its own. */
  openCommand(release: ReleaseRef, origin: string): Pick<BuildWriter, 'write' | 'close'>;
  openBuild(build: { app: string; environment: string; deployment: string }): BuildWriter;
  /** See `readLogs`. What instances wrote up to the call is included. */
  read(query: LogQuery, signal: AbortSignal): AsyncGenerator<LogLine>;
  /** The newest lines an instance (null: all of the release, notes included) wrote, oldest first. */
  tail(release: ReleaseRef, instance: string | null, lines: number): Promise<string[]>;
  /** Every line of a build that is on disk. */
  build(build: { app: string; environment: string; deployment: string }): AsyncGenerator<LogLine>;
  /** Takes in what instances of an earlier server wrote that `open` was not called for, and deletes their files. */
  adoptOrphans(): Promise<void>;
  /** Deletes the logs of an app, or of one of its environments. */
  remove(app: string, environment?: string): Promise<void>;
  /** Lets go of every file. Instances go on writing; a later server takes it in. */
  stop(): Promise<void>;
}

export interface LogsOptions {
  /** `logs/` of the data folder. */
  root: string;
  /** `run/` of the data folder. */
  run: string;
  clock: Clock;
  log: Log;
  redact(text: string): string;
  /** This program's own file: it can run searches as a process of its own. */
  self: string;
  /** Bytes on disk for all logs of one app. */
  keepBytes?: number;
  sealBytes?: number;
}

/** Changes are told by the system; this is for the ones it misses and for files it will not watch, ms. */
const slowLookMs = 2000;

export function createLogs(options: LogsOptions): Logs {
  const { root, run, clock, log, redact } = options;
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const onError = (error: unknown) => log.error('a log could not be written', { error });
  const writers = createWriters({
    root,
    sealBytes: options.sealBytes ?? 1024 * 1024,
    keepBytes: options.keepBytes ?? 64 * 1024 * 1024,
    onError,
  });
  const rawFile = createRawFile(Bun.which('fallocate'));
  const buffer = new Uint8Array(256 * 1024);
  const intakes = new Map<string, InstanceRef & { intake: Intake; journal: Journal }>();
  let timer: ReturnType<typeof setInterval> | null = null;

  const pathOf = (id: string) => join(run, `${id}.out`);
  const notePath = (id: string) => join(run, `${id}.intake.json`);
  const start = (instance: InstanceRef) => {
    const { id, app, environment, release } = instance;
    const journal = writers.take(app, environment, runPlace(root, app, environment, release));
    const path = pathOf(id);
    const intake = startIntake({ path, instance: id, journal, clock, redact, rawFile, buffer, onError });
    intakes.set(id, { ...instance, intake, journal });
    timer ??= setInterval(() => {
      for (const each of intakes.values()) each.intake.look();
    }, slowLookMs);
    timer.unref();
  };
  const stopTimer = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  /** Brings in what the environment's instances wrote up to now, last lines without an end included. */
  const catchUp = (app: string, environment: string, partial: boolean) => {
    for (const each of intakes.values()) {
      if (each.app === app && each.environment === environment) each.intake.pump(partial);
    }
  };
  const finish = async (id: string) => {
    const found = intakes.get(id);
    if (found === undefined) return;
    intakes.delete(id);
    if (intakes.size === 0) stopTimer();
    await found.intake.finish();
    if (!existsSync(pathOf(id))) rmSync(notePath(id), { force: true });
    await writers.give(found.journal);
  };
  const read = (query: LogQuery, signal: AbortSignal) =>
    readLogs(
      { root, self: options.self, position: writers.position, nextWrite: writers.nextWrite },
      query,
      signal,
    );
  const texts = async (query: LogQuery) => {
    const lines: string[] = [];
    for await (const line of read(query, new AbortController().signal)) lines.push(line.text);
    return lines;
  };

  return {
    outputOf: pathOf,
    open(instance) {
      const { id, app, environment, release } = instance;
      const found = intakes.get(id);
      // what it said last before it died must not run into its new first line
      if (found !== undefined) found.intake.pump(true);
      else {
        writeFileSync(notePath(id), JSON.stringify({ id, app, environment, release }), { mode: 0o600 });
        start(instance);
      }
      return pathOf(id);
    },
    close: finish,
    note({ app, environment, release }, text) {
      catchUp(app, environment, true);
      try {
        const journal = writers.take(app, environment, runPlace(root, app, environment, release));
        try {
          journal.append([{ at: clock.now(), origin: 'windlass', text: redact(text), rawOffset: null }]);
        } finally {
          void writers.give(journal);
        }
      } catch (error) {
        onError(error);
      }
    },
    openCommand({ app, environment, release }, origin) {
      const journal = writers.take(app, environment, runPlace(root, app, environment, release));
      return {
        write(text) {
          try {
            journal.append([{ at: clock.now(), origin, text: redact(text), rawOffset: null }]);
          } catch (error) {
            onError(error);
          }
        },
        close: () => writers.give(journal),
      };
    },
    openBuild({ app, environment, deployment }) {
      const journal = writers.take(app, environment, buildPlace(root, app, environment, deployment));
      let closed: Promise<void> | null = null;
      return {
        write(text) {
          try {
            journal.append([{ at: clock.now(), origin: 'build', text: redact(text), rawOffset: null }]);
          } catch (error) {
            onError(error);
          }
        },
        tail: (lines) => texts({ app, environment, deployment, kind: 'build', tail: lines }),
        close() {
          closed ??= writers.give(journal, true);
          return closed;
        },
      };
    },
    async *read(query, signal) {
      catchUp(query.app, query.environment, false);
      yield* read(query, signal);
    },
    tail({ app, environment, release }, instance, lines) {
      catchUp(app, environment, true);
      const origin = instance ?? undefined;
      return texts({ app, environment, release, origin, kind: 'run', tail: lines });
    },
    build: ({ app, environment, deployment }) =>
      read({ app, environment, deployment, kind: 'build', tail: 100_000 }, new AbortController().signal),
    async adoptOrphans() {
      for (const name of readdirSync(run)) {
        const id = name.endsWith('.intake.json') ? name.slice(0, -'.intake.json'.length) : null;
        if (id === null || intakes.has(id)) continue;
        const instance = readNote(notePath(id));
        if (instance === null || !existsSync(pathOf(id))) rmSync(notePath(id), { force: true });
        else {
          start(instance);
          await finish(id);
        }
      }
    },
    async remove(app, environment) {
      const own = [...intakes.values()].filter(
        (each) => each.app === app && (environment === undefined || each.environment === environment),
      );
      await Promise.all(own.map((each) => finish(each.id)));
      const folder = environment === undefined ? join(root, app) : environmentFolder(root, app, environment);
      rmSync(folder, { recursive: true, force: true });
    },
    async stop() {
      stopTimer();
      for (const { intake, journal } of intakes.values()) {
        intake.pump();
        intake.release();
        await writers.give(journal);
      }
      intakes.clear();
    },
  };
}

function readNote(path: string): InstanceRef | null {
  try {
    const { id, app, environment, release } = JSON.parse(readFileSync(path, 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof id !== 'string' || typeof app !== 'string') return null;
    if (typeof environment !== 'string' || typeof release !== 'number') return null;
    return { id, app, environment, release };
  } catch {
    return null;
  }
}
