/** Bytes into lines: UTF-8 across chunk borders, empty lines left out. */

const longestLine = 16_000_000;

/** Every non-empty line that ends with a line feed; an unfinished last one is not given. `onBytes` is told of every chunk. */
export async function* splitLines(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    onBytes();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) {
      throw new SyntaxError('a line is too long');
    }
    for (const line of lines) {
      if (line !== '') {
        yield line;
      }
    }
  }
}
