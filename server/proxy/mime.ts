/** Media types by file extension: the ones browsers care about (WHATWG MIME Sniffing, IANA). */

const text = (type: string) => `${type}; charset=utf-8`;

const types = new Map<string, string>([
  ['html', text('text/html')],
  ['htm', text('text/html')],
  ['css', text('text/css')],
  ['js', text('text/javascript')],
  ['mjs', text('text/javascript')],
  ['cjs', text('text/javascript')],
  ['json', text('application/json')],
  ['map', text('application/json')],
  ['webmanifest', text('application/manifest+json')],
  ['txt', text('text/plain')],
  ['md', text('text/markdown')],
  ['csv', text('text/csv')],
  ['xml', text('application/xml')],
  ['rss', text('application/rss+xml')],
  ['atom', text('application/atom+xml')],
  ['ics', text('text/calendar')],
  ['vtt', text('text/vtt')],
  ['svg', text('image/svg+xml')],
  ['wasm', 'application/wasm'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['gif', 'image/gif'],
  ['webp', 'image/webp'],
  ['avif', 'image/avif'],
  ['ico', 'image/x-icon'],
  ['bmp', 'image/bmp'],
  ['woff', 'font/woff'],
  ['woff2', 'font/woff2'],
  ['ttf', 'font/ttf'],
  ['otf', 'font/otf'],
  ['mp3', 'audio/mpeg'],
  ['m4a', 'audio/mp4'],
  ['ogg', 'audio/ogg'],
  ['wav', 'audio/wav'],
  ['flac', 'audio/flac'],
  ['mp4', 'video/mp4'],
  ['webm', 'video/webm'],
  ['mov', 'video/quicktime'],
  ['pdf', 'application/pdf'],
  ['zip', 'application/zip'],
  ['gz', 'application/gzip'],
  ['tar', 'application/x-tar'],
]);

/** The Content-Type of a file by its name. */
export function mediaType(name: string): string {
  return types.get(extension(name)) ?? 'application/octet-stream';
}

/** Lower case, without its dot; empty where there is none. */
export function extension(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot <= 0 ? '' : base.slice(dot + 1).toLowerCase();
}

/** Whether a compressed copy of such a file is worth looking for. */
export function compresses(type: string): boolean {
  return type.includes('charset=') || type === 'application/wasm' || type.startsWith('font/ttf');
}
