/** `bytes` bytes in pieces between two texts, in a buffer that is nobody else's. */
export function joined(before: string, pieces: readonly Buffer[], bytes: number, after: string): Buffer {
  const all = Buffer.allocUnsafeSlow(before.length + bytes + after.length);
  let at = all.latin1Write(before, 0, before.length);
  for (const piece of pieces) at += piece.copy(all, at);
  all.latin1Write(after, at, after.length);
  return all;
}
