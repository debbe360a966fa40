/** An HTTP check: one request, or a chain of redirects, each to an address that was looked at first. */

import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Target } from '../../../shared/uptime/check.ts';
import { destination } from '../destination.ts';
import { judge } from '../http-verdict.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

type HttpTarget = Extract<Target, { kind: 'http' }>;

const mostRedirects = 10;
const bodyBytes = 256 * 1024;

export async function probeHttp(target: HttpTarget, context: ProbeContext): Promise<Outcome> {
  const startedAt = performance.now();
  let url = new URL(target.url);
  const home = url.origin;
  let method: string = target.method;
  for (let hop = 0; ; hop++) {
    const place = await destination(url.hostname, context);
    if (place.kind === 'none') return place.outcome;
    let certificate: PeerCertificate | null = null;
    try {
      const answer = await fetch(pinned(url, place.address), {
        method,
        // What is secret stays with the host it is for.
        headers: headersFor(target, url, url.origin === home),
        ...(target.body !== undefined && method === target.method ? { body: target.body } : {}),
        redirect: 'manual',
        keepalive: false,
        decompress: true,
        signal: context.signal,
        tls: {
          serverName: url.hostname,
          ...(target.ca === undefined ? {} : { ca: target.ca }),
          checkServerIdentity: (_name: string, shown: PeerCertificate) => {
            certificate = shown;
            return checkServerIdentity(url.hostname, shown);
          },
        },
      });
      const next = target.follow ? redirectOf(answer, url) : null;
      if (next !== null) {
        await answer.body?.cancel();
        if (hop === mostRedirects) return { kind: 'down', ms: null, why: 'it redirects without end' };
        if (answer.status === 303 || (method === 'POST' && answer.status < 303)) method = 'GET';
        url = next;
        continue;
      }
      const { contains, lacks, json } = target.expect;
      const wanted = contains !== undefined || lacks !== undefined || json !== undefined;
      const body = wanted ? await start(answer) : null;
      if (!wanted) await answer.body?.cancel();
      return judge(
        target.expect,
        { status: answer.status, body, ms: performance.now() - startedAt, certificate },
        Date.now(),
      );
    } catch (error) {
      return failureOf(error, context.timeoutMs);
    }
  }
}

/** The same URL at an address: what was looked at is what is connected to. */
function pinned(url: URL, address: string): string {
  const place = new URL(url);
  place.hostname = address.includes(':') ? `[${address}]` : address;
  place.username = '';
  place.password = '';
  return place.href;
}

function headersFor(target: HttpTarget, url: URL, own: boolean): Headers {
  const headers = new Headers({ 'User-Agent': 'Windlass-Check', Accept: '*/*' });
  if (own) {
    for (const [name, value] of Object.entries(target.headers)) headers.set(name, value);
    const user = target.user ?? decodeURIComponent(url.username);
    const password = target.password ?? decodeURIComponent(url.password);
    if (user !== '') {
      headers.set('Authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
    }
  }
  if (!headers.has('host') || !own) headers.set('Host', url.host);
  return headers;
}

function redirectOf(answer: Response, from: URL): URL | null {
  const location = answer.headers.get('location');
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === null) return null;
  const next = URL.parse(location, from.href);
  return next !== null && (next.protocol === 'http:' || next.protocol === 'https:') ? next : null;
}

async function start(answer: Response): Promise<string> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  for (let read = 0; read < bodyBytes; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    read += value.length;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}
