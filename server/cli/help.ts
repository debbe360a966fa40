/** Help, drawn from the verbs themselves. */

import type { Style } from './style.ts';
import { commonFlags, type Flag, type Verb } from './verb.ts';

/** `windlass help`: every verb with its summary. */
export function overviewLines(verbs: readonly Verb[], style: Style): string[] {
  const shown = verbs.filter((verb) => !verb.hidden);
  const width = Math.max(...shown.map((verb) => verb.name.length));
  return [
    `${style.bold('windlass')}: your own deployment platform in one file`,
    '',
    `${style.bold('usage')}  windlass VERB [ARGUMENTS] [FLAGS]`,
    '',
    ...shown.map((verb) => `  ${style.cyan(verb.name.padEnd(width))}  ${verb.summary}`),
    '',
    'Every verb takes --json, --socket PATH and --data DIR.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage.',
    '',
    `${style.bold('first steps')}`,
    `  windlass serve               start the server`,
    `  windlass deploy hello        build and serve this folder as the app "hello"`,
    `  windlass help deploy         more about a verb`,
  ];
}

/** `windlass help VERB`, `windlass VERB -h`. */
export function verbLines(verb: Verb, style: Style): string[] {
  const lines = [verb.summary, ''];
  for (const [index, usage] of verb.usage.entries()) {
    lines.push(`${index === 0 ? style.bold('usage') : '     '}  windlass ${usage}`);
  }
  if (verb.about) lines.push('', ...verb.about);
  if (verb.examples.length > 0) {
    lines.push('', style.bold('examples'));
    for (const example of verb.examples) {
      lines.push(`  ${style.dim(`# ${example.what}`)}`, `  ${example.line}`);
    }
  }
  const own = verb.flags.filter((flag) => !flag.hidden);
  const shared = commonFlags.filter((flag) => !own.some((each) => each.name === flag.name));
  if (own.length > 0) lines.push('', style.bold('flags'), ...flagLines(own, style));
  lines.push('', style.bold('common flags'), ...flagLines(shared, style));
  return lines;
}

function flagLines(flags: readonly Flag[], style: Style): string[] {
  const left = flags.map((flag) => {
    const short = flag.short === undefined ? '' : `-${flag.short}, `;
    return `${short}--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`;
  });
  const width = Math.max(...left.map((text) => text.length));
  return flags.map((flag, index) => {
    const mirror = flag.mirror === undefined ? '' : style.dim(` [${flag.mirror}]`);
    return `  ${style.cyan((left[index] ?? '').padEnd(width))}  ${flag.summary}${mirror}`;
  });
}
