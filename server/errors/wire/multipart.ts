/** multipart/form-data (RFC 7578), as uploads and crash reporters send it. Pure. */

export interface Part {
  readonly name: string;
  readonly fileName: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A view of the body's bytes. */
  readonly bytes: Uint8Array;
}

const mostParts = 200;

/** Null where the content type is another one, or the body does not fit it. */
export function readParts(body: Uint8Array, contentType: string): Part[] | null {
  const boundary = /^multipart\/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(
    contentType,
  );
  if (boundary === null) return null;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  const parts: Part[] = [];
  let at = bytes.indexOf(mark);
  while (at !== -1) {
    const head = at + mark.length;
    if (bytes.toString('latin1', head, head + 2) === '--') return parts;
    const from = bytes.indexOf('\r\n\r\n', head);
    const next = from === -1 ? -1 : bytes.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), from + 2);
    if (next === -1 || parts.length === mostParts) return null;
    parts.push(partOf(bytes.toString('latin1', head, from), bytes.subarray(Math.min(from + 4, next), next)));
    at = next + 2;
  }
  return null;
}

function partOf(head: string, bytes: Uint8Array): Part {
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const disposition = headers['content-disposition'] ?? '';
  const field = (name: string) => new RegExp(`[;\\s]${name}="([^"]*)"`).exec(disposition)?.[1] ?? '';
  return { name: field('name'), fileName: field('filename'), headers, bytes };
}
