/** Which file of the renderer a path of a URL names, and what it is. Nothing outside its folder is ever named. */

import { extname, join, resolve, sep } from 'node:path';

export interface PageFile {
  /** Absolute, inside the renderer's folder. */
  path: string;
  contentType: string;
  /** The page itself, whose nonce is filled in. */
  isPage: boolean;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};
/** Stands in index.html where each answer puts a nonce of its own. */
const noncePlace = 'NONCE';

/** No file lies there; a view may be of something whose name ends like a file's, a page of an app say. */
const views = '/servers/';

/** Null for what is no file of the renderer. A path without an ending is a view of the page, and so the page. */
export function pageFile(folder: string, urlPath: string): PageFile | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (!path.startsWith('/') || /[\0\\]/.test(path) || path.split('/').includes('..')) return null;
  const ending = extname(path);
  const isPage = ending === '' || path === '/index.html' || path.startsWith(views);
  const base = resolve(folder);
  const file = resolve(join(base, isPage ? 'index.html' : path));
  const contentType = contentTypes[isPage ? '.html' : ending];
  if (!file.startsWith(base + sep) || contentType === undefined) return null;
  return { path: file, contentType, isPage };
}

/** `nonce` is base64, so it needs no escaping. */
export function fillNonce(html: string, nonce: string): string {
  return html.replaceAll(noncePlace, nonce);
}
