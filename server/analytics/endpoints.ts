/** What browsers reach: the script, and the addresses it and the scripts of Plausible and Umami report to. */

import type { Endpoint, EndpointAnswer, EndpointRequest } from '../kernel/endpoint.ts';
import type { Intake } from './intake.ts';
import type { SettingsStore } from './settings-store.ts';
import type { Arrived } from './understand.ts';

export interface EndpointParts {
  readonly now: () => number;
  readonly intake: () => Promise<Intake>;
  readonly settings: SettingsStore;
  /** The script as it is sent, by encoding, for pages of `<app>/<environment>`. */
  readonly script: (service: string) => Promise<ScriptFile>;
}

export interface ScriptFile {
  readonly plain: Uint8Array;
  readonly brotli: Uint8Array;
  readonly gzip: Uint8Array;
  readonly etag: string;
}

/** Thirty properties of 2000 characters are just below it. */
const maxBody = 65_536;
const decoder = new TextDecoder();
const json = { 'content-type': 'application/json' };
const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

export function analyticsEndpoints(parts: EndpointParts): Endpoint[] {
  const plausible = (request: EndpointRequest) => report(request, 'plausible', parts);
  return [
    { name: 'script.js', maxBody: 0, answer: (request) => sendScript(request, parts) },
    { name: 'event', maxBody, answer: plausible },
    { name: 'api/event', maxBody, answer: plausible },
    { name: 'api/send', maxBody, answer: (request) => report(request, 'umami', parts) },
  ];
}

async function report(
  request: EndpointRequest,
  dialect: 'plausible' | 'umami',
  { now, intake, settings }: EndpointParts,
): Promise<EndpointAnswer> {
  if (request.method === 'OPTIONS') return { status: 204, headers: { allow: 'POST' } };
  if (request.method !== 'POST')
    return { status: 405, headers: { ...plain, allow: 'POST' }, body: 'POST it\n' };
  if (request.site === null) return { status: 404, headers: plain, body: 'no app is served here\n' };
  const { headers, site } = request;
  const header = (name: string) => headers.get(name) ?? '';
  const arrived: Arrived = {
    at: now(),
    app: site.app,
    environment: site.environment,
    release: site.release ?? 0,
    dialect,
    host: request.host,
    address: request.client,
    agent: header('user-agent').slice(0, 1000),
    acceptLanguage: header('accept-language').slice(0, 100),
    origin: header('origin').slice(0, 300),
    optOut: header('dnt') === '1' || header('sec-gpc') === '1',
    body: decoder.decode(request.body),
    leftOut: settings.of(`${site.app}/${site.environment}`).leftOut,
  };
  const outcome = await (await intake()).take(arrived);
  switch (outcome) {
    case 'counted':
      return dialect === 'umami'
        ? { status: 200, headers: json, body: umamiAnswer }
        : { status: 202, headers: plain, body: 'ok' };
    case 'dropped':
      return dialect === 'umami'
        ? { status: 200, headers: json, body: '{"beep":"boop"}' }
        : { status: 202, headers: { ...plain, 'x-plausible-dropped': '1' }, body: 'ok' };
    case 'malformed':
      return { status: 400, headers: plain, body: 'not an event\n' };
    case 'failed':
      return { status: 503, headers: { ...plain, 'retry-after': '5' }, body: 'cannot be kept now\n' };
  }
}

/** Its script wants a token to send along; ours says nothing, since nothing is remembered of a browser. */
const umamiAnswer = JSON.stringify({
  cache: '-',
  sessionId: '00000000-0000-0000-0000-000000000000',
  visitId: '00000000-0000-0000-0000-000000000000',
});

async function sendScript(
  { method, headers, site }: EndpointRequest,
  { script }: EndpointParts,
): Promise<EndpointAnswer> {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, headers: { ...plain, allow: 'GET, HEAD' } };
  const file = await script(site === null ? '' : `${site.app}/${site.environment}`);
  const accepted = headers.get('accept-encoding') ?? '';
  const coding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null;
  const common = {
    'content-type': 'text/javascript; charset=utf-8',
    // An hour, so that a new version of the server is in every page by then.
    'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
    etag: file.etag,
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
  };
  if (headers.get('if-none-match') === file.etag) return { status: 304, headers: common };
  const body = coding === 'br' ? file.brotli : coding === 'gzip' ? file.gzip : file.plain;
  return {
    status: 200,
    headers: coding === null ? common : { ...common, 'content-encoding': coding },
    ...(method === 'HEAD' ? {} : { body }),
  };
}
