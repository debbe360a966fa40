/** `app://windlass/…` in place of `file://`: only the renderer's own files, each under the page's policy. */

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CustomScheme, Protocol } from 'electron';
import { pageHeaders } from '../door/content-policy.ts';
import { fillNonce, pageFile } from '../door/page-file.ts';
import { appScheme, isOwnPage } from './app-address.ts';

/** Told to Electron before it is ready. No service workers, no way around the policy. */
export const schemes: CustomScheme[] = [
  { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
];

export function serveApp(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(appScheme, (request) => answerApp(request, folder));
}

export async function answerApp(request: Pick<Request, 'url' | 'method'>, folder: string): Promise<Response> {
  const nonce = randomBytes(16).toString('base64');
  const headers = { ...pageHeaders(nonce, URL.parse(request.url)?.pathname ?? '') };
  if (request.method !== 'GET' || !isOwnPage(request.url))
    return new Response(null, { status: 403, headers });
  // The URL's own parser would fold `..` away before it could be refused; what it leaves is checked again.
  const file = pageFile(folder, new URL(request.url).pathname);
  const content = file === null ? null : await readFile(file.path).catch(() => null);
  if (file === null || content === null) return new Response(null, { status: 404, headers });
  const body = file.isPage ? fillNonce(content.toString('utf8'), nonce) : new Uint8Array(content);
  return new Response(body, { headers: { ...headers, 'content-type': file.contentType } });
}
