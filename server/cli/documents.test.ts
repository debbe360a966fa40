/** What is written about the command line stays true: every command in the documents has a verb and flags there are. */

import { expect, test } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVerb } from './find-verb.ts';
import { parseVerb } from './parse.ts';
import { verbs } from './verbs.ts';

const root = join(import.meta.dir, '../..');
const documents = ['README.md', 'sdk/README.md', ...readdirSync(join(root, 'docs')).flatMap(inDocs)];

function inDocs(name: string): string[] {
  return name.endsWith('.md') ? [`docs/${name}`] : [];
}

/** Of fences and of code within a line; what follows a pipe, a redirection or a comment is the shell's. */
function commandsOf(text: string): string[] {
  const fences = [...text.matchAll(/^```(?:sh)?\n(.*?)^```/gms)].flatMap(([, body = '']) => body.split('\n'));
  const spans = [...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  return [...fences, ...spans].flatMap((line) => {
    const [, command] = /(?:^|\| |\/|\$ )windlass ([a-z][^|<>#;&]*)/.exec(line.replaceAll('\n', ' ')) ?? [];
    return command === undefined ? [] : [command.trim()];
  });
}

/** Words as a shell has them, far enough for documents. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, one, two, bare]) => one ?? two ?? bare ?? '',
  );
}

/** Those of the commands that the command line would refuse, with why. */
function refused(commands: readonly string[]): string[] {
  return commands.flatMap((command) => {
    const [verb = '', ...argv] = wordsOf(command);
    try {
      const known = findVerb(verb, verbs);
      // A verb alone is only spoken of.
      if (argv.length > 0) parseVerb(known, argv, {});
      return [];
    } catch (error) {
      return [`windlass ${command}: ${String(error)}`];
    }
  });
}

test.each(documents)('commands_in_%s_are_those_of_the_command_line', (name) => {
  expect(refused(commandsOf(readFileSync(join(root, name), 'utf8')))).toEqual([]);
});

test('so_are_those_that_errors_and_hints_name', () => {
  const named = ['server', 'shared', 'desktop'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/node_modules|\.(test|fixture)\./.test(path))
      .flatMap((path) => namedIn(readFileSync(join(root, folder, path), 'utf8'))),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(refused(named)).toEqual([]);
});

/** Between backticks within a string or a template; what is filled in at run time is one word, or several. */
function namedIn(source: string): string[] {
  const found = [
    ...source.matchAll(/'[^'\n]*`windlass ([a-z][^`'\\\n]*)`/g),
    ...source.matchAll(/\\`windlass ([a-z][^`\\\n]*)\\`/g),
  ];
  return found
    .map(([, command = '']) =>
      command
        .replace(/[|<>].*$/, '')
        .replaceAll(/\$\{[^}]*\}/g, 'x')
        .trim(),
    )
    .filter((command) => !command.includes('…') && !/^\S+x$/.test(command));
}

test('commands_are_found_in_fences_and_in_lines', () => {
  const text =
    '```sh\n./dist/windlass serve  # here\ncat x | windlass deploy a --tar -\n```\nor `windlass logs a -f`, not windlass';
  expect(commandsOf(text)).toEqual(['serve', 'deploy a --tar -', 'logs a -f']);
});
