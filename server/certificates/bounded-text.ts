/** The text of an answer of somebody else, up to a bound: no more of it is read. */

export async function boundedText(answer: Response, mostBytes: number): Promise<string> {
  const { body } = answer;
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels what would still come.
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, mostBytes - size));
    size += chunk.length;
    if (size >= mostBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
