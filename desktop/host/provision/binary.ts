/** The compiled file for a server, and which one a server needs. */

/** As in the names of the built files: `windlass-linux-x64-musl`. */
export type Target = 'linux-x64' | 'linux-arm64' | 'linux-x64-musl' | 'linux-arm64-musl';

export interface Binary {
  target: Target;
  version: string;
  /** What is sent. */
  path: string;
  /** Of what is sent. */
  bytes: number;
  packed: 'none' | 'gzip';
  /** Hex, of the file as it runs. */
  sha256: string;
  /** Bytes of the file as it runs. */
  size: number;
}

export type FoundBinary =
  | { kind: 'found'; binary: Binary }
  /** This desktop has no file for that machine. */
  | { kind: 'missing' }
  /** There is one, and it is not what it should be: never sent. */
  | { kind: 'refused'; message: string; hint: string };

export type FindBinary = (target: Target) => Promise<FoundBinary>;

/** From what `uname -m` says; null for any other CPU. */
export function targetOf(machine: string, libc: string): Target | null {
  const musl = libc === 'musl' ? '-musl' : '';
  switch (machine) {
    case 'x86_64':
    case 'amd64':
      return `linux-x64${musl}` as Target;
    case 'aarch64':
    case 'arm64':
      return `linux-arm64${musl}` as Target;
    default:
      return null;
  }
}
