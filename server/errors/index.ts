/** Error tracking as a feature: what Sentry's clients send, taken in by a Worker that runs while there is something to do. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit } from '../../shared/deployer/commit.ts';
import type { ReleaseErrors } from '../../shared/errors/evidence.ts';
import type { EndpointRequest, EndpointSite } from '../kernel/endpoint.ts';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type AroundHandlers, aroundSources } from './around-sources.ts';
import { dsnOf } from './dsn.ts';
import { createDueWatch } from './due-watch.ts';
import { answerApi, answerTunnel } from './endpoint.ts';
import { errorsHandlers, type UploadHost } from './handlers.ts';
import type { Ingest, ReplaySink } from './ingest.ts';
import type { Expected, Happening } from './intake/context.ts';
import { createKeepingStore } from './keeping-store.ts';
import { noticeOf } from './notices.ts';
import { createProjectStore } from './project-store.ts';
import { createQuota } from './quota.ts';
import type { ReleaseErrorsQuery } from './read/release-errors.ts';
import { errorsMigrations } from './schema.ts';
import { hasMaps } from './sourcemaps/has-maps.ts';
import type { Missed } from './store/missed-monitors.ts';
import { limits } from './wire/limits.ts';
import { createWorkerLine } from './worker-line.ts';

export type { ReplaySink } from './ingest.ts';
export { errorsMigrations as migrations } from './schema.ts';

export interface ErrorsOptions {
  /** Where replays go; null: nobody keeps them. */
  replays: ReplaySink | null;
  /** Where visitors reach an app's production, `http://host[:port]`; null before it has a host. */
  urlOf(app: string): string | null;
  /** What a host serves. */
  siteOf(host: string): EndpointSite | null;
  uploads: UploadHost;
  /** What changed with a release, newest first. */
  commitsOf(app: string, release: number): readonly Commit[];
  /** What other features answer of the time around an event. */
  around(): AroundHandlers;
}

/** Of an issue; events beyond it are counted. */
const spikePerMinute = 500;
const tidyMs = 3_600_000;

export interface Errors {
  readonly feature: Feature;
  /** Null where nothing was reported since, or cannot be read now. */
  errorsOf(asked: Omit<ReleaseErrorsQuery, 'project'>): Promise<ReleaseErrors | null>;
}

export function createErrors(
  kernel: Pick<Kernel, 'clock' | 'log' | 'paths' | 'store' | 'events'>,
  options: ErrorsOptions,
): Errors {
  const { clock, events } = kernel;
  const log = kernel.log.child('errors');
  const projects = createProjectStore(kernel.store, clock);
  const keeping = createKeepingStore(kernel.store);
  const now = () => clock.now();
  const folder = kernel.paths.errors;
  const happened = (what: Happening | Expected) => {
    const app = projects.byId(what.project)?.app;
    if (app === undefined) return;
    if (what.kind === 'check-in-due') {
      projects.noteMonitored(what.project);
      due.expect(what.at);
    } else events.emit('notice', noticeOf(what, app, now()));
  };
  const line = createWorkerLine({
    log,
    happened,
    desk: () => ({ folder, ...keeping.get(), spikePerMinute }),
  });
  const due = createDueWatch({ now, look: () => lookForMissed(false) });
  let ingest: Promise<Ingest> | null = null;
  /** When each project last sent something; who asks about a project that is silent starts no Worker. */
  const heard = new Map<number, number>();
  const parts = {
    ingest: () => {
      ingest ??= import('./ingest.ts').then(({ createIngest }) =>
        createIngest({
          projects,
          quota: createQuota(now),
          now,
          take(submission) {
            heard.set(submission.project.id, submission.now);
            return line.take(submission);
          },
          replays: options.replays,
          siteOf: options.siteOf,
        }),
      );
      return ingest;
    },
    uploads: async (request: EndpointRequest, path: string) => {
      const { answerUploads } = await import('./uploads/answer-uploads.ts');
      return answerUploads({ projects, line, now, folder: join(folder, 'uploads') }, request, path);
    },
  };
  let tidying: Timer | undefined;
  const ends: (() => void)[] = [];
  const feature: Feature = {
    name: 'errors',
    migrations: errorsMigrations,
    contract: async () => (await import('../../shared/errors/contract.ts')).errorsContract,
    handlers: errorsHandlers({
      projects,
      now,
      line,
      urlOf: options.urlOf,
      uploads: options.uploads,
      around: aroundSources(options.around, log),
      keeping: {
        get: keeping.get,
        async set(change) {
          keeping.set(change);
          await line.reopen();
          await tidy();
        },
      },
      commitsOf: (app, release) => (release === null ? [] : options.commitsOf(app, release)),
    }),
    endpoints: [
      { name: 'api', maxBody: limits.body, answer: (request) => answerApi(parts, request) },
      { name: 'tunnel', maxBody: limits.body, answer: (request) => answerTunnel(parts, request) },
    ],
    variables({ app, url }): Record<string, string> {
      if (url === '') return {};
      const { id, key } = projects.ensure(app, url);
      return { SENTRY_DSN: dsnOf(url, key, id) };
    },
    async start() {
      ends.push(
        events.on('release.made', (made) => {
          const project = projects.ensure(made.app, '').id;
          const version = `${made.app}@${made.release}`;
          void takeRelease(project, version, made.folder);
        }),
        events.on('app.removed', ({ app }) => {
          const project = projects.byApp(app);
          if (project === null) return;
          projects.remove(project.id);
          void forgetRemoved();
        }),
      );
      if (projects.monitored()) {
        // While no server was there, no check-in could come.
        void lookForMissed(true).then((next) => {
          if (next !== null) due.expect(next);
        });
      }
      tidying = setInterval(() => void tidy(), tidyMs);
      tidying.unref();
    },
    async stop() {
      for (const end of ends.splice(0)) end();
      due.stop();
      clearInterval(tidying);
      await line.stop();
    },
  };
  return {
    feature,
    async errorsOf(asked) {
      const project = projects.byApp(asked.app)?.id;
      if (project === undefined || (heard.get(project) ?? 0) < asked.since) return null;
      try {
        return await line.ask<ReleaseErrors>({ name: 'release-errors', asked: { ...asked, project } });
      } catch (error) {
        log.warn('the errors of a release are not known now', { app: asked.app, error });
        return null;
      }
    },
  };

  /** Maps that a build left are taken in, so that nobody has to upload any. */
  async function takeRelease(project: number, version: string, made: string | null): Promise<void> {
    try {
      if (existsSync(join(folder, 'index.db'))) {
        await line.ask({ name: 'note-release', note: { project, version, at: now(), refs: {} } });
      }
      if (made === null || !(await hasMaps(made))) return;
      const maps = await line.ask<number>({
        name: 'take-folder',
        project,
        release: version,
        folder: made,
        now: now(),
      });
      if (maps > 0) log.info('source maps were taken in', { release: version, maps });
    } catch (error) {
      log.warn('the source maps of a release were not taken in', { release: version, error });
    }
  }

  /** Answers when to look again. */
  async function lookForMissed(afresh: boolean): Promise<number | null> {
    try {
      const missed = await line.ask<Missed>({ name: 'missed', now: now(), afresh });
      for (const what of missed.happened) happened(what);
      return missed.next;
    } catch (error) {
      log.warn('monitors that did not check in are not known now', { error });
      return now();
    }
  }

  /** What could not be deleted is tried again with the next tidying. */
  async function forgetRemoved(): Promise<void> {
    for (const project of projects.unforgotten()) {
      try {
        if (existsSync(join(folder, 'index.db'))) await line.ask({ name: 'forget-project', project });
        projects.forgotten(project);
      } catch (error) {
        log.warn('events of a removed app stay for now', { project, error });
      }
    }
  }

  async function tidy(): Promise<void> {
    if (!existsSync(folder)) return;
    await forgetRemoved();
    try {
      for (const what of await line.ask<Happening[]>({ name: 'tidy', now: now() })) happened(what);
    } catch (error) {
      log.warn('old events stay', { error });
    }
  }
}
