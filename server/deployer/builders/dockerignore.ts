/** Which files a `.dockerignore` leaves out, by Docker's rules. Pure. */

export interface DockerIgnore {
  /** `path` is relative to the context, with `/`. */
  leavesOut(path: string): boolean;
  /** False where nothing below a folder that is left out can be back in. */
  readonly mayBringBack: boolean;
}

/**
 * Patterns are Go's `filepath.Match` from the context's top, with `**` for any number of folders; `!` brings back; the
 * last that matches counts; a match on a folder counts for all below it.
 * Source: https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseDockerignore(text: string): DockerIgnore {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const back = line.startsWith('!');
      return { back, pattern: toPattern(clean(back ? line.slice(1).trim() : line)) };
    });
  return {
    mayBringBack: rules.some(({ back }) => back),
    leavesOut(path) {
      let out = false;
      for (const { back, pattern } of rules) if (pattern.test(path)) out = !back;
      return out;
    },
  };
}

function clean(pattern: string): string {
  return pattern
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function toPattern(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? '';
    if (glob.startsWith('**', at)) {
      const folder = glob[at + 2] === '/';
      source += folder ? '(?:.*/)?' : '.*';
      at += folder ? 2 : 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '[' && glob.indexOf(']', at) > at) {
      const end = glob.indexOf(']', at);
      source += glob.slice(at, end + 1).replaceAll('\\', '\\\\');
      at = end;
    } else if (char === '\\' && at + 1 < glob.length) {
      source += escaped(glob[at + 1] ?? '');
      at++;
    } else source += escaped(char);
  }
  return new RegExp(`^${source}(?:/.*)?$`);
}

const escaped = (char: string): string => char.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
