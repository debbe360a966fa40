/** Durations, sizes and ports as Compose files write them. Pure; null for what is none. */

const unitMs: Readonly<Record<string, number>> = { us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `1m30s` in ms. */
export function parseDuration(text: string): number | null {
  if (!/^(\d+(\.\d+)?(us|ms|s|m|h))+$/.test(text)) return null;
  let sum = 0;
  for (const [, amount = '', , unit = ''] of text.matchAll(/(\d+(\.\d+)?)(us|ms|s|m|h)/g)) {
    sum += Number(amount) * (unitMs[unit] ?? 0);
  }
  return Math.round(sum);
}

/** `512m`, `1gb`, `1048576` in bytes. */
export function parseSize(text: string): number | null {
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*(b|k|kb|m|mb|g|gb)?$/i.exec(text) ?? [];
  if (amount === undefined) return null;
  const power = { b: 0, k: 1, m: 2, g: 3 }[unit[0]?.toLowerCase() ?? 'b'] ?? 0;
  return Math.round(Number(amount) * 1024 ** power);
}

export interface PublishedPort {
  /** Inside the container. */
  target: number;
  protocol: 'tcp' | 'udp';
}

/** `[[HOST:]PUBLISHED:]TARGET[/PROTOCOL]`; ranges are none. */
export function parsePort(text: string): PublishedPort | null {
  const [, target, protocol = 'tcp'] = /(?:^|:)(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  if (target === undefined) return null;
  const port = Number(target);
  return port >= 1 && port <= 65_535 ? { target: port, protocol: protocol as 'tcp' | 'udp' } : null;
}

/** A command line as a shell would split it (POSIX.1-2017, 2.2): words, quotes, backslashes; nothing is expanded. */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: '"' | "'" | null = null;
  for (let at = 0; at < line.length; at++) {
    const each = line[at] ?? '';
    if (quote !== null) {
      if (each === quote) quote = null;
      else if (each === '\\' && quote === '"' && /["\\$`]/.test(line[at + 1] ?? '')) word += line[++at] ?? '';
      else word += each;
    } else if (each === '"' || each === "'") {
      quote = each;
      word ??= '';
    } else if (each === '\\') word = (word ?? '') + (line[++at] ?? '');
    else if (/\s/.test(each)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + each;
  }
  if (word !== null) words.push(word);
  return words;
}

/** A number above 0. */
export function positive(text: string): number | null {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}
