/** Makes a request a little wrong: bytes put in, taken out, doubled, swapped; lines doubled, moved, or of two requests. */

import { pick, type Random } from './random.ts';

/** What has framed messages wrongly somewhere, once. */
const poison: readonly string[] = [
  '\r',
  '\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '\x7f',
  '\xff',
  '\x0b',
  '\x85',
  'a',
  '0',
  '-',
  '+',
  '\r\n',
  '\n\n',
  '\r\n\r\n',
  '\r\n ',
  '/',
  '%',
  '%00',
  '%0d%0a',
  '..',
  'chunked',
  'Content-Length: 3\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding:\tchunked\r\n',
  'Content-Length : 3\r\n',
  'Host: other.test\r\n',
  'Connection: content-length\r\n',
  '0\r\n\r\n',
  'FFFFFFFFFFFFFFFF\r\n',
  'GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n',
];

export function mutate(text: string, other: string, random: Random): string {
  let mutated = text;
  for (let count = 1 + (random(2) === 0 ? 0 : random(4)); count > 0; count--)
    mutated = once(mutated, other, random);
  return mutated;
}

function once(text: string, other: string, random: Random): string {
  const at = random(text.length + 1);
  switch (random(7)) {
    case 0:
    case 1:
      return text.slice(0, at) + pick(random, poison) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random(4));
    case 3:
      return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
    case 4: {
      const lines = text.split(/(?<=\r\n)/);
      const line = pick(random, lines);
      lines.splice(random(lines.length + 1), random(2), line);
      return lines.join('');
    }
    case 5:
      return text.slice(0, at) + other.slice(random(other.length + 1));
    default:
      return flipCase(text, at);
  }
}

function flipCase(text: string, at: number): string {
  const end = Math.min(text.length, at + 12);
  const part = text.slice(at, end);
  const flipped = part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase();
  return text.slice(0, at) + flipped + text.slice(end);
}
