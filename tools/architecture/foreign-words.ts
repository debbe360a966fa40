/** Words that belong to one machine and not to the project: home folders, scratch paths, package mirrors. */

export interface TextFile {
  path: string;
  text: string;
}

const words: readonly { what: string; pattern: RegExp }[] = [
  // Put together from pieces, so that this file does not find itself.
  { what: 'a path of one machine', pattern: new RegExp(`(?<![\\w.<{}$)-])/${'work'}/`) },
  {
    what: 'a home folder',
    pattern: new RegExp(`/(?:${'home'}|${'Users'})/(?!you/|me/|user/|app/)[a-z][\\w-]*/`),
  },
  { what: 'a scratch folder', pattern: new RegExp(`/tmp/${'bash'}_jobs`) },
  { what: 'the address of a package registry', pattern: /"resolved":\s*"https?:/ },
  {
    what: 'a package mirror',
    pattern: new RegExp(`https?://(?:[\\w.-]*\\.)?(?:${'artifactory'}|${'nexus'})\\.`),
  },
];

/** One message a file, with its line. */
export function foreignWords(files: readonly TextFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    words.flatMap(({ what, pattern }) => {
      const lines = text.split('\n');
      const index = lines.findIndex((line) => pattern.test(line));
      return index === -1 ? [] : [`${path}:${index + 1} names ${what}: make it relative, or take it out`];
    }),
  );
}
