/** Content in chunks (RFC 9112 section 7.1). */

export const lastChunk = '0\r\n\r\n';

/** A copy of `content`, which must not be empty (that would end the body), as one chunk. */
export function chunkOf(content: Uint8Array): Buffer {
  const size = `${content.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafeSlow(size.length + content.length + 2);
  chunk.latin1Write(size, 0);
  chunk.set(content, size.length);
  chunk.latin1Write('\r\n', size.length + content.length);
  return chunk;
}
