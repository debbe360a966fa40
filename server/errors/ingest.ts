/** What clients send to: who they are, how much they may, and what they are answered. */

import type { EndpointAnswer, EndpointRequest, EndpointSite } from '../kernel/endpoint.ts';
import type { Form, Outcome, Submission } from './intake/protocol.ts';
import type { ReplayItem } from './intake/take-envelope.ts';
import type { ProjectRow, ProjectStore } from './project-store.ts';
import type { Quota } from './quota.ts';
import { json, refused } from './wire/answer.ts';
import { keyOfRequest, parseDsn } from './wire/auth.ts';
import { decodeStart } from './wire/decode-start.ts';

/** Who keeps replays, where somebody does. */
export interface ReplaySink {
  /** Resolves when the items are on disk. Throws where they cannot be kept. */
  take(
    from: { app: string; environment: string; release: string | null; now: number },
    items: readonly ReplayItem[],
  ): Promise<void>;
}

export interface IngestParts {
  projects: ProjectStore;
  quota: Quota;
  now(): number;
  take(submission: Submission): Promise<Outcome>;
  replays: ReplaySink | null;
  siteOf(host: string): EndpointSite | null;
}

export interface Ingest {
  /** To the project that the address names. */
  submit(request: EndpointRequest, project: string, form: Form): Promise<EndpointAnswer>;
  /** To the project that the envelope's own `dsn` names: `tunnel` of the JavaScript SDKs. */
  tunnel(request: EndpointRequest): Promise<EndpointAnswer>;
  /** A check-in by address: `/cron/<slug>/<key>/?status=…`. */
  checkIn(request: EndpointRequest, project: string, slug: string, key: string): Promise<EndpointAnswer>;
}

/** Where the client is asked to wait, it is for a full second at least. */
const busySeconds = 5;

export function createIngest(parts: IngestParts): Ingest {
  const { projects, quota, now } = parts;

  const submit = async (
    request: EndpointRequest,
    project: ProjectRow,
    form: Form,
    body: Uint8Array = request.body,
  ): Promise<EndpointAnswer> => {
    const wait = quota.wait(project.id, project.perMinute);
    if (wait !== null) {
      return refused(429, 'this project sends more than it may', {
        'Retry-After': String(wait),
        'X-Sentry-Rate-Limits': `${wait}::project:quota`,
      });
    }
    // The app's own pages say by their host what served them, whichever host the DSN names.
    const site = [request.site, originSite(request, parts.siteOf)].find((each) => each?.app === project.app);
    const release = site?.release == null ? null : `${site.app}@${site.release}`;
    const environment = site?.environment ?? 'production';
    const outcome = await parts.take({
      project: { id: project.id, app: project.app, rules: project.rules },
      form,
      body,
      encoding: body === request.body ? (request.headers.get('content-encoding') ?? '') : '',
      contentType: request.headers.get('content-type') ?? '',
      now: now(),
      release,
      environment,
    });
    if (outcome.kind === 'refused') {
      const later = {
        'Retry-After': String(busySeconds),
        'X-Sentry-Rate-Limits': `${busySeconds}::organization:busy`,
      };
      return outcome.status === 503 ? refused(429, outcome.why, later) : refused(outcome.status, outcome.why);
    }
    if (outcome.replay.length > 0 && parts.replays !== null) {
      await parts.replays.take({ app: project.app, environment, release, now: now() }, outcome.replay);
    }
    return json(200, outcome.id === null ? {} : { id: outcome.id });
  };

  /** Null where the key is nobody's, or another project's. */
  const owner = (key: string | null, project: string | null): ProjectRow | null => {
    const found = key === null ? null : projects.byKey(key);
    return found !== null && (project === null || found.id === Number(project)) ? found : null;
  };

  const refuseKey = (key: string | null, project: string) =>
    refused(
      403,
      key === null
        ? 'no key came along: it belongs into the query (sentry_key), X-Sentry-Auth, or the dsn of the envelope'
        : `the key is not one of project ${project}; compare the DSN with SENTRY_DSN in the app's environment`,
    );

  return {
    async submit(request, project, form) {
      const query = queryOf(request.path);
      const key =
        keyOfRequest(query, request.headers) ??
        (form === 'envelope' ? (dsnOfBody(request)?.key ?? null) : null);
      const found = owner(key, project);
      return found === null ? refuseKey(key, project) : submit(request, found, form);
    },
    async tunnel(request) {
      const dsn = dsnOfBody(request);
      const found = dsn === null ? null : owner(dsn.key, dsn.project);
      return found === null
        ? refuseKey(dsn?.key ?? null, dsn?.project ?? '?')
        : submit(request, found, 'envelope');
    },
    async checkIn(request, project, slug, key) {
      const found = owner(key, project);
      if (found === null) return refuseKey(key, project);
      const query = queryOf(request.path);
      const duration = Number(query.get('duration') ?? Number.NaN);
      const given = {
        monitor_slug: slug,
        status: query.get('status') ?? 'ok',
        check_in_id: query.get('check_in_id') ?? undefined,
        environment: query.get('environment') ?? undefined,
        duration: Number.isFinite(duration) ? duration : undefined,
      };
      if (request.method === 'POST' && request.body.length > 0)
        Object.assign(given, monitorConfigOf(request.body));
      return submit(request, found, 'check-in', Buffer.from(JSON.stringify(given)));
    },
  };
}

/** By the page that sent it; anybody can claim any, but only of this app, and it is a label only. */
function originSite({ headers }: EndpointRequest, siteOf: IngestParts['siteOf']): EndpointSite | null {
  const host = /^https?:\/\/([^/:?#]{1,253})/i.exec(
    headers.get('origin') ?? headers.get('referer') ?? '',
  )?.[1];
  return host === undefined ? null : siteOf(host.toLowerCase());
}

export function queryOf(path: string): URLSearchParams {
  const at = path.indexOf('?');
  return new URLSearchParams(at === -1 ? '' : path.slice(at + 1));
}

/** From the first line of the envelope. */
function dsnOfBody({ body, headers }: EndpointRequest) {
  const line = decodeStart(body, headers.get('content-encoding') ?? '');
  try {
    const header: unknown = JSON.parse(line);
    const dsn = typeof header === 'object' && header !== null && 'dsn' in header ? header.dsn : null;
    return typeof dsn === 'string' ? parseDsn(dsn) : null;
  } catch {
    return null;
  }
}

function monitorConfigOf(body: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body.subarray(0, 10_000)));
    return typeof value === 'object' && value !== null && 'monitor_config' in value
      ? { monitor_config: value.monitor_config }
      : {};
  } catch {
    return {};
  }
}
