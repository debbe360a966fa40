/** Content as a chunk of HTTP/1.1 (RFC 9112, 7.1), and what ends a body of chunks. */

/** `last`: nothing follows but `trailers`, whole lines. */
export function inChunk(content: Buffer, last: boolean, trailers: string): Buffer {
  const size = content.length === 0 ? '' : `${content.length.toString(16)}\r\n`;
  const end = `${content.length === 0 ? '' : '\r\n'}${last ? `0\r\n${trailers}\r\n` : ''}`;
  const chunk = Buffer.allocUnsafeSlow(size.length + content.length + end.length);
  chunk.latin1Write(size, 0, size.length);
  content.copy(chunk, size.length);
  chunk.latin1Write(end, size.length + content.length, end.length);
  return chunk;
}
