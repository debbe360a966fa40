/** The methods of the contract: params to questions, answers to results. */

import type { Commit } from '../../shared/deployer/commit.ts';
import type { errorsContract, Keeping } from '../../shared/errors/contract.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Handlers } from '../kernel/feature.ts';
import { type AroundSources, around, callsOf } from './around.ts';
import { dsnOf } from './dsn.ts';
import { parseFingerprintRules } from './grouping/fingerprint-rules.ts';
import type { ProjectRow, ProjectStore } from './project-store.ts';
import type { EventDetails, EventHead } from './read/event-details.ts';
import type { IssueDetails } from './read/issue-details.ts';
import type { ShownIssue } from './read/issue-row.ts';
import type { Dropped, ReleaseHealth } from './read/releases.ts';
import type { SuspectEvidence } from './read/suspect-evidence.ts';
import type { Slow, Trace } from './read/traces.ts';
import { numberOf } from './release-name.ts';
import { suspectsOf } from './suspects.ts';
import type { WorkerLine } from './worker-line.ts';

/** Where uploaders reach us: `sentry-cli` takes no address with a path. */
export interface UploadHost {
  readonly usualHost: string;
  /** Requests to it are ours from now on. Throws `conflict` where somebody else has it. */
  claim(host: string): void;
}

export interface HandlerParts {
  projects: ProjectStore;
  now(): number;
  urlOf(app: string): string | null;
  uploads: UploadHost;
  line: Pick<WorkerLine, 'ask'>;
  keeping: {
    get(): Keeping;
    /** Resolves when what is too much by it is gone. */
    set(change: { [name in keyof Keeping]?: number | undefined }): Promise<void>;
  };
  /** Commits that are new in a release, newest first; of null none. */
  commitsOf(app: string, release: number | null): readonly Commit[];
  around: AroundSources;
}

const hourMs = 3_600_000;

export function errorsHandlers(parts: HandlerParts): Handlers<typeof errorsContract> {
  const { projects, now, line, urlOf, uploads } = parts;
  const projectOf = (app: string): ProjectRow => {
    const found = projects.byApp(app);
    if (found !== null) return found;
    throw new WindlassError(
      'not-found',
      `${app} never had a running instance, so nothing was set up for its errors`,
      {
        hint: 'Deploy it first; SENTRY_DSN is then in its environment.',
      },
    );
  };
  const named = <T extends ShownIssue>({ project, ...issue }: T) => ({
    ...issue,
    app: projects.byId(project)?.app ?? '',
  });
  return {
    async 'issues.list'(params) {
      if (params.app !== undefined && projects.byApp(params.app) === null) return { issues: [], total: 0 };
      const answer = await line.ask<{ issues: ShownIssue[]; total: number }>({
        name: 'issues',
        query: {
          project: params.app === undefined ? null : projectOf(params.app).id,
          state: params.state ?? 'unresolved',
          environment: params.environment ?? null,
          release: params.release ?? null,
          search: params.search ?? '',
          sort: params.sort ?? 'last',
          limit: params.limit ?? 50,
          offset: params.offset ?? 0,
          now: now(),
        },
      });
      return { issues: answer.issues.map(named), total: answer.total };
    },
    async 'issues.get'({ id }) {
      const issue = named(await line.ask<IssueDetails>({ name: 'issue', id, now: now() }));
      const found = await line.ask<SuspectEvidence>({ name: 'suspects', issue: id });
      const commits =
        found.commits.length > 0
          ? found.commits
          : parts.commitsOf(issue.app, numberOf(found.release, issue.app));
      const suspects = suspectsOf(found.files, commits);
      return {
        ...issue,
        suspects,
        ...(found.release === null ? {} : { suspectsOf: { release: found.release, again: found.again } }),
      };
    },
    async 'issues.set'({ ids, set }) {
      await line.ask({ name: 'change', ids, change: set, now: now() });
      return {};
    },
    async 'issues.remove'({ ids }) {
      await line.ask({ name: 'change', ids, change: { kind: 'remove' }, now: now() });
      return {};
    },
    'issues.merge': ({ ids }) => line.ask<{ id: number }>({ name: 'merge', ids, now: now() }),
    'issues.split': ({ id, hash }) => line.ask<{ id: number }>({ name: 'split', id, hash, now: now() }),
    'events.list': ({ issue, before, limit }) =>
      line.ask<{ events: EventHead[] }>({
        name: 'events',
        issue,
        before: before ?? Number.MAX_SAFE_INTEGER,
        limit: limit ?? 50,
      }),
    async 'events.get'({ id }) {
      const { head, ...details } = await line.ask<EventDetails>({ name: 'event', id });
      const { project: _project, ...shown } = head;
      return { ...details, head: shown };
    },
    'attachments.get': ({ event, id }) =>
      line.ask<{ name: string; type: string; base64: string }>({ name: 'attachment', event, id }),
    async 'events.around'({ id }) {
      const { head } = await line.ask<EventDetails>({ name: 'event', id });
      const app = projects.byId(head.project)?.app ?? '';
      return around(parts.around, app, head);
    },
    async 'traces.get'({ trace }) {
      const found = await line.ask<Trace>({ name: 'trace', trace });
      const times = [...found.spans, ...found.events, ...found.logs].map(({ at }) => at);
      if (times.length === 0) return found;
      const [from, to] = [Math.min(...times), Math.max(...times)];
      return { ...found, calls: await callsOf(parts.around, trace, from, to) };
    },
    'traces.slow': ({ app, hours }) =>
      line.ask<{ rows: Slow[] }>({
        name: 'slow',
        project: projectOf(app).id,
        from: now() - (hours ?? 24) * hourMs,
      }),
    'errors.releases': ({ app }) =>
      line.ask<{ releases: ReleaseHealth[] }>({ name: 'releases', project: projectOf(app).id }),
    'errors.monitors': ({ app }) =>
      line.ask<{
        monitors: { slug: string; state: string; lastAt: number; failures: number; schedule: string }[];
      }>({
        name: 'monitors',
        project: projectOf(app).id,
      }),
    async 'errors.project'({ app }) {
      const { id, key, perMinute, rules, ...known } = projectOf(app);
      const url = urlOf(app) ?? known.url;
      const { dropped, bytes } = await line.ask<{ dropped: Dropped[]; bytes: number }>({
        name: 'dropped',
        project: id,
      });
      return {
        id,
        dsn: url === '' ? null : dsnOf(url, key, id),
        settings: { perMinute, rules },
        dropped,
        bytes,
      };
    },
    'errors.keeping': () => parts.keeping.get(),
    async 'errors.keep'(change) {
      await parts.keeping.set(change);
      return {};
    },
    'errors.configure'({ app, perMinute, rules }) {
      if (rules !== undefined) {
        const parsed = parseFingerprintRules(rules);
        if (parsed.kind === 'faulty') {
          throw new WindlassError(
            'invalid',
            `line ${parsed.line} of the rules cannot be read: ${parsed.why}`,
            {
              hint: 'A rule is `type:TypeError message:"*timed out*" -> timeouts, {{ default }}`.',
            },
          );
        }
      }
      projects.configure(projectOf(app).id, { perMinute, rules });
      return {};
    },
    'errors.token'({ app, host }) {
      const project = projectOf(app);
      const own = host ?? uploads.usualHost;
      uploads.claim(own);
      const url = new URL(urlOf(app) ?? `http://${own}`);
      url.hostname = own;
      return { token: projects.addToken(project.id), url: `${url.origin}/` };
    },
  };
}
