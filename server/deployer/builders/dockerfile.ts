/** Reads and marks a Dockerfile: what it asks for from outside, and our label in every stage. Pure. */

interface Instruction {
  /** In capitals. */
  name: string;
  rest: string;
  /** Index of its last line. */
  end: number;
}

/**
 * The same file with `label` set first in every stage. So every layer of the build is ours by the chain it hangs on:
 * it shares no cache with other builds, and what is left over can be told from the images of others.
 */
export function withLabel(dockerfile: string, label: string): string {
  const lines = dockerfile.split('\n');
  const stages = instructions(dockerfile).filter(({ name }) => name === 'FROM');
  for (const { end } of stages.reverse()) lines.splice(end + 1, 0, `LABEL ${label}`);
  return lines.join('\n');
}

/** Names of ARG without a default. */
export function askedArguments(dockerfile: string): string[] {
  return instructions(dockerfile)
    .filter(({ name }) => name === 'ARG')
    .flatMap(({ rest }) => rest.split(/\s+/))
    .filter((word) => /^\w+$/.test(word));
}

/** Whether it uses what only BuildKit understands. */
export function needsBuildKit(dockerfile: string): boolean {
  return instructions(dockerfile).some(
    ({ name, rest }) =>
      (name === 'RUN' && /^--(mount|network|security)=/.test(rest)) ||
      ((name === 'COPY' || name === 'ADD') && /^--(link|chmod|exclude|parents)\b/.test(rest)) ||
      ((name === 'RUN' || name === 'COPY') && /(^|\s)<<-?["']?\w+/.test(rest)),
  );
}

/** Continued lines are one instruction; comments between them belong to none. */
function instructions(dockerfile: string): Instruction[] {
  const found: Instruction[] = [];
  let open: { text: string } | null = null;
  for (const [index, line] of dockerfile.split('\n').entries()) {
    if (/^\s*#/.test(line) || (open === null && line.trim() === '')) continue;
    const text = line.replace(/\\\s*$/, '');
    open = { text: open === null ? text.trim() : `${open.text} ${text.trim()}` };
    if (text !== line) continue;
    const [, name = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(open.text) ?? [];
    found.push({ name: name.toUpperCase(), rest: rest.trim(), end: index });
    open = null;
  }
  return found;
}
