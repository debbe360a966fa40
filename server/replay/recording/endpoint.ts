/** `/.windlass/replay/…`: whether a page is to be recorded, what records it, and where recordings go. */

import type { Endpoint, EndpointAnswer, EndpointRequest } from '../../kernel/endpoint.ts';
import { browserName } from '../read-items.ts';
import type { ReplayItem, ReplayRoom } from '../replay-room.ts';
import type { Allowance } from './allowance.ts';
import type { RecorderFile } from './scripts.ts';
import type { RecordingStore } from './settings-store.ts';

export interface RecordingParts {
  readonly now: () => number;
  readonly settings: RecordingStore;
  readonly allowance: Allowance;
  take: ReplayRoom['take'];
  recorder(): Promise<RecorderFile>;
  start(): Promise<string>;
}

/** Our recorder cuts its parts at 48 kB; only a snapshot of a page is larger, and compressed. */
const maxBody = 2 * 1024 ** 2;
const newline = 10;
const plain = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
const script = { 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff' };
const minute = 60;

export function recordingEndpoint(parts: RecordingParts): Endpoint {
  return {
    name: 'replay',
    maxBody,
    answer: (request) => {
      const path = request.path.replace(/\?.*$/s, '');
      switch (path) {
        case '/options':
          return sendOptions(request, parts);
        case '/start.js':
          return sendStart(request, parts);
        case '/segment':
          return takeSegment(request, parts);
        default:
          return /^\/recorder-\w{1,20}\.js$/.test(path)
            ? sendRecorder(request, parts, path)
            : { status: 404, headers: plain, body: 'nothing is here\n' };
      }
    },
  };
}

/** 204 where nothing is to be recorded. */
async function sendOptions(request: EndpointRequest, parts: RecordingParts): Promise<EndpointAnswer> {
  if (!reads(request)) return notAllowed('GET, HEAD');
  const settings = settingsOf(request, parts);
  if (settings === null) return { status: 204, headers: { 'cache-control': `max-age=${minute}` } };
  const { record: _, ...options } = settings;
  const { version } = await parts.recorder();
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'cache-control': `max-age=${minute}` },
    body: JSON.stringify({ script: `recorder-${version}.js`, ...options }),
  };
}

async function sendStart(request: EndpointRequest, parts: RecordingParts): Promise<EndpointAnswer> {
  if (!reads(request)) return notAllowed('GET, HEAD');
  return {
    status: 200,
    headers: { ...script, 'cache-control': 'public, max-age=3600' },
    body: await parts.start(),
  };
}

/** One whose version is in its address never changes. */
async function sendRecorder(
  request: EndpointRequest,
  parts: RecordingParts,
  path: string,
): Promise<EndpointAnswer> {
  if (!reads(request)) return notAllowed('GET, HEAD');
  const file = await parts.recorder();
  // A page that was told of it before an upgrade is not recorded; the next one is.
  if (path !== `/recorder-${file.version}.js`) {
    return { status: 404, headers: plain, body: 'there is another version now\n' };
  }
  const headers = {
    ...script,
    vary: 'accept-encoding',
    'cache-control': 'public, max-age=31536000, immutable',
  };
  const accepted = request.headers.get('accept-encoding') ?? '';
  if (/\bbr\b/.test(accepted)) {
    return { status: 200, headers: { ...headers, 'content-encoding': 'br' }, body: file.brotli };
  }
  if (/\bgzip\b/.test(accepted)) {
    return { status: 200, headers: { ...headers, 'content-encoding': 'gzip' }, body: await file.gzip() };
  }
  return { status: 200, headers, body: await file.plain() };
}

/** 202: on disk, or there already. 410: recording is off, and a page that goes on stops. */
async function takeSegment(request: EndpointRequest, parts: RecordingParts): Promise<EndpointAnswer> {
  const { method, site, headers, body, client, host } = request;
  if (method !== 'POST') return notAllowed('POST');
  if (site === null || settingsOf(request, parts) === null) {
    return { status: 410, headers: plain, body: 'nothing is recorded here\n' };
  }
  // Pages of this very host alone: browsers say whose a request is, and no page can change that (Fetch, section 3.2).
  if (!isOwnOrigin(headers, host)) return { status: 403, headers: plain, body: 'not from this host\n' };
  if (headers.get('dnt') === '1' || headers.get('sec-gpc') === '1') {
    return { status: 410, headers: plain, body: 'this browser asks not to be recorded\n' };
  }
  const items = readItems(body);
  if (items === null) return { status: 400, headers: plain, body: 'not a part of a recording\n' };
  const wait = parts.allowance.wait(client, `${site.app}/${site.environment}`, body.length);
  if (wait !== null) {
    return { status: 429, headers: { ...plain, 'retry-after': String(wait) }, body: 'too much at once\n' };
  }
  const release = site.release === null ? null : `${site.app}@${site.release}`;
  const browser = browserName(headers.get('user-agent') ?? '');
  await parts.take(
    { app: site.app, environment: site.environment, release, browser, now: parts.now() },
    items,
  );
  return { status: 202, headers: plain, body: 'ok' };
}

/** A line about the replay, and behind it the recording as Sentry's clients send it. */
function readItems(body: Uint8Array): ReplayItem[] | null {
  const end = body.indexOf(newline);
  if (end < 2 || end > 16_384) return null;
  return [
    { type: 'replay_event', payload: body.subarray(0, end) },
    { type: 'replay_recording', payload: body.subarray(end + 1) },
  ];
}

function isOwnOrigin(headers: Headers, host: string): boolean {
  const origin = headers.get('origin');
  if (origin === null) return headers.get('sec-fetch-site') === 'same-origin';
  return URL.canParse(origin) && new URL(origin).hostname === host;
}

function settingsOf({ site }: EndpointRequest, { settings }: RecordingParts) {
  const found = site === null ? null : settings.of(`${site.app}/${site.environment}`);
  return found?.record ? found : null;
}

const reads = ({ method }: EndpointRequest) => method === 'GET' || method === 'HEAD';

function notAllowed(allow: string): EndpointAnswer {
  return { status: 405, headers: { ...plain, allow } };
}
