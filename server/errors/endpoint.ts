/** The addresses of Sentry's API that are answered here, behind `/.windlass` and on hosts of its own. */

import type { EndpointAnswer, EndpointRequest } from '../kernel/endpoint.ts';
import type { Ingest } from './ingest.ts';
import { preflight, refused } from './wire/answer.ts';

export interface EndpointParts {
  ingest(): Promise<Ingest>;
  /** `/api/0/…`, what `sentry-cli` and bundlers' plugins ask. `path` begins behind it. */
  uploads(request: EndpointRequest, path: string): Promise<EndpointAnswer>;
}

const named = /^\/api\/(\d{1,15})\/(envelope|store|security|csp-report|minidump)\/?$/;
const cron = /^\/api\/(\d{1,15})\/cron\/([\w.-]{1,100})\/([a-zA-Z0-9]{8,64})\/?$/;

/** Answers the endpoint `api`; on a host of its own, and to whoever adds the prefix there, just the same. */
export async function answerApi(parts: EndpointParts, request: EndpointRequest): Promise<EndpointAnswer> {
  const given = request.path
    .replace(/\?.*$/s, '')
    .replace(/\/{2,}/g, '/')
    .replace(/^\/\.windlass(?=\/)/, '');
  const path = given.startsWith('/api/') ? given : `/api${given}`;
  const upload = /^\/api\/0(\/.*)?$/.exec(path);
  if (upload !== null) return parts.uploads(request, upload[1] ?? '/');
  if (request.method === 'OPTIONS') return preflight();
  const checkIn = cron.exec(path);
  if (checkIn !== null) {
    const [, project = '', slug = '', key = ''] = checkIn;
    return (await parts.ingest()).checkIn(request, project, slug, key);
  }
  const found = named.exec(path);
  if (found === null) return refused(404, 'there is nothing of Sentry under this address');
  if (request.method !== 'POST') return wrongMethod();
  const [, project = '', kind] = found;
  const ingest = await parts.ingest();
  switch (kind) {
    case 'envelope':
    case 'store':
    case 'minidump':
      return ingest.submit(request, project, kind);
    default:
      return ingest.submit(request, project, 'security');
  }
}

/** Answers the endpoint `tunnel`, the `tunnel` of JavaScript SDKs. */
export async function answerTunnel(parts: EndpointParts, request: EndpointRequest): Promise<EndpointAnswer> {
  if (request.method === 'OPTIONS') return preflight();
  return request.method === 'POST' ? (await parts.ingest()).tunnel(request) : wrongMethod();
}

function wrongMethod(): EndpointAnswer {
  return refused(405, 'events are sent with POST', { Allow: 'POST, OPTIONS' });
}
