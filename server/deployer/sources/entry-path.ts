/** Which paths an archive may name: relative, inside, and writable on any Linux file system. */

const longestPath = 2048;
const longestName = 255;

export type EntryPath =
  | { kind: 'root' }
  | { kind: 'inside'; path: string }
  | { kind: 'refused'; why: string };

/** The path without `./` and doubled slashes, or why it is refused. */
export function entryPath(name: string): EntryPath {
  if (name === '') return { kind: 'refused', why: 'it has no name' };
  if (/[\u0000-\u001f\u007f]/.test(name)) return { kind: 'refused', why: 'its name has control characters' };
  if (name.startsWith('/')) return { kind: 'refused', why: 'its path is absolute' };
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { kind: 'refused', why: 'its path leaves the folder' };
  if (parts.length === 0) return { kind: 'root' };
  if (Buffer.byteLength(name) > longestPath || parts.some((part) => Buffer.byteLength(part) > longestName)) {
    return {
      kind: 'refused',
      why: `its path is longer than ${longestPath} bytes, or a name in it than ${longestName}`,
    };
  }
  return { kind: 'inside', path: parts.join('/') };
}

/** AppleDouble files, which macOS puts beside the real ones in archives it makes. */
export function isMacMetadata(path: string): boolean {
  return path === '__MACOSX' || path.startsWith('__MACOSX/') || /(^|\/)\._[^/]*$/.test(path);
}
