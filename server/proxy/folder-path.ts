/** From a raw request path to a path inside a folder: decoded once, and never above or beside it. */

/** Folders whose files the frameworks name by content, and so never change. */
const immutableFolders = /^(?:_next\/static|_astro|_nuxt|_app\/immutable)\//;
/** `name.4f3c2b1a.css`, `name-0a1b2c3d4e.js`: eight or more hex digits, a letter and a digit among them. */
const hexName = /[.-](?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\.[0-9A-Za-z.]+$/;
/** `assets/index-BfX3k2aZ.js`: eight characters of base64url, not all of them lower-case letters. */
const bundlerName =
  /^(?:[^/]+\/)*(?:assets|chunks|static)\/(?:[^/]+\/)*[^/]*[.-](?=[\w-]*[A-Z0-9_])[\w-]{8}\.[0-9A-Za-z.]+$/;

/** Of scripts and styles; compressed copies of them as well. */
const sourceMap = /\.(?:[cm]?js|css)\.map(?:\.(?:br|gz|zst))?$/i;

/**
 * The file asked for, relative to the folder, segments joined by `/`; empty or ending in `/` for a folder. Null where
 * the path is malformed, would leave the folder, or names a hidden file (`/.well-known` is not hidden, RFC 8615). Source
 * maps are hidden, too: they hold the app's sources, and what needs them reads the release itself.
 */
export function folderPath(path: string): string | null {
  const query = path.indexOf('?');
  const raw = query === -1 ? path.slice(1) : path.slice(1, query);
  if (raw === '') return '';
  const segments = raw.split('/');
  const decoded: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '' && last) {
      decoded.push('');
      break;
    }
    const name = decode(segment);
    if (name === null || name === '' || /[/\\\0]/.test(name)) return null;
    if (name.startsWith('.') && !(index === 0 && name === '.well-known')) return null;
    if (last && sourceMap.test(name)) return null;
    decoded.push(name);
  }
  return decoded.join('/');
}

/** How long a file may be kept by whoever asked for it. */
export function cacheControl(file: string): string {
  if (/\.html?$/i.test(file)) return 'no-cache';
  const immutable = immutableFolders.test(file) || hexName.test(file) || bundlerName.test(file);
  return immutable ? 'public, max-age=31536000, immutable' : 'public, max-age=0, must-revalidate';
}

/** Paths hold one byte a character here; what they encode, and what they hold unencoded, is UTF-8. */
function decode(segment: string): string | null {
  if (!/[%\x80-\xff]/.test(segment)) return segment;
  try {
    return decodeURIComponent(
      segment.replace(/[\x80-\xff]/g, (char) => `%${char.charCodeAt(0).toString(16)}`),
    );
  } catch {
    return null;
  }
}
