/** Content as a chunk of HTTP/1.1 (RFC 9112, 7.1), between a head that may come before and what ends a body of chunks. */

/** `trailers`: whole lines, where nothing follows but them. */
export function inChunk(head: string, content: Buffer, trailers: string | null): Buffer {
  const size = content.length === 0 ? '' : `${content.length.toString(16)}\r\n`;
  const before = head + size;
  const after = (size === '' ? '' : '\r\n') + (trailers === null ? '' : `0\r\n${trailers}\r\n`);
  const chunk = Buffer.allocUnsafeSlow(before.length + content.length + after.length);
  chunk.latin1Write(before, 0, before.length);
  content.copy(chunk, before.length);
  chunk.latin1Write(after, before.length + content.length, after.length);
  return chunk;
}
