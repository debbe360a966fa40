/** What is signed of a server's file: which one it is, so that no other file passes for it. */

export interface FileStatement {
  /** As in the file's name: `linux-x64`. */
  target: string;
  version: string;
  /** Hex, of the file as it runs. */
  sha256: string;
  /** Bytes of the file as it runs. */
  size: number;
}

/** The bytes under the signature (Ed25519, RFC 8032), as text. */
export function fileStatement({ target, version, sha256, size }: FileStatement): string {
  return `windlass file 1\n${target}\n${version}\n${sha256}\n${size}\n`;
}
