/** The one place where words become a line for a shell on another machine. */

/**
 * POSIX sh (2.2.2 Single-Quotes): between single quotes every character stands for itself; a single quote itself is
 * written `'\''`. Throws on a zero byte, which no argument can hold.
 */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (word.includes('\0')) throw new Error('an argument cannot hold a zero byte');
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
