/** Commands as people write them in package.json: split to argv where no shell is needed. */

export type Command =
  | { kind: 'simple' /** Assignments in front of it. */; env: Record<string, string>; argv: string[] }
  | { kind: 'shell'; text: string };

/** `simple` for words, quotes and leading assignments; everything a shell would have to interpret is `shell`. */
export function parseCommand(text: string): Command {
  const words = splitWords(text.trim());
  if (words === null) return { kind: 'shell', text: text.trim() };
  if (words[0] === 'cross-env') words.shift();
  const env: Record<string, string> = {};
  for (;;) {
    const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(words[0] ?? '');
    if (assignment === null) break;
    env[assignment[1] ?? ''] = assignment[2] ?? '';
    words.shift();
  }
  if (words.length === 0) return { kind: 'shell', text: text.trim() };
  return { kind: 'simple', env, argv: words };
}

/** The word in single quotes, for `sh` (POSIX.1-2017 XCU 2.2.2). */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Null where the text holds anything beyond plain and quoted words. */
function splitWords(text: string): string[] | null {
  const words: string[] = [];
  const token = /\s*((?:[^\s"'`$&|;<>()*?[\]{}\\#~!]|'[^']*'|"[^"$`\\]*")+)/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) return text.slice(at).trim() === '' ? words : null;
    words.push(
      (match[1] ?? '').replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double ?? ''),
    );
  }
  return words;
}
