/** A tar made in the browser from dropped files (POSIX.1-2017 pax, ustar format). Pure: contents stay where they are. */

export interface TarFile {
  /** Relative, with `/`. */
  path: string;
  file: Blob;
  /** Ms since the epoch. */
  modified: number;
}

const block = 512;
const mostName = 100;

/** The blob refers to the files; nothing is read before it is sent. */
export function makeTar(files: readonly TarFile[]): Blob {
  const parts: BlobPart[] = [];
  for (const { path, file, modified } of files) {
    const name = new TextEncoder().encode(path);
    const seconds = Math.floor(modified / 1000);
    if (name.length > mostName) {
      const record = paxRecord('path', path);
      parts.push(
        header(new TextEncoder().encode('PaxHeader'), record.length, seconds, 'x'),
        ...padded(record),
      );
    }
    parts.push(header(name.subarray(0, mostName), file.size, seconds, '0'), file, padding(file.size));
  }
  parts.push(new Uint8Array(2 * block));
  return new Blob(parts, { type: 'application/x-tar' });
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
export function paxRecord(key: string, value: string): Uint8Array<ArrayBuffer> {
  const body = new TextEncoder().encode(` ${key}=${value}\n`);
  let length = body.length;
  while (String(length).length + body.length !== length) length = String(length).length + body.length;
  return new TextEncoder().encode(`${length} ${key}=${value}\n`);
}

function header(name: Uint8Array, size: number, modified: number, kind: '0' | 'x'): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(block);
  const write = (text: string, at: number) => bytes.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  bytes.set(name, 0);
  // A browser tells nobody whether a file may be run; scripts usually may.
  const mayRun = /\.(sh|bash)$|(^|\/)(gradlew|mvnw)$/.test(new TextDecoder().decode(name));
  write(octal(mayRun ? 0o755 : 0o644, 7), 100);
  write(octal(0, 7), 108);
  write(octal(0, 7), 116);
  write(octal(size, 11), 124);
  write(octal(modified, 11), 136);
  write('        ', 148);
  write(kind, 156);
  write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  write(`${octal(sum, 6)} `, 148);
  return bytes;
}

const padding = (size: number) => new Uint8Array((block - (size % block)) % block);
const padded = (bytes: Uint8Array<ArrayBuffer>) => [bytes, padding(bytes.length)];
