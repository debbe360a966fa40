/** Names of models with `*` for anything: `gpt-5*`, `*-mini`. */

const most = 500;
const compiled = new Map<string, RegExp>();

export function matchesGlob(glob: string, name: string): boolean {
  if (!glob.includes('*')) return glob === name;
  let pattern = compiled.get(glob);
  if (pattern === undefined) {
    if (compiled.size >= most) compiled.clear();
    const words = glob.split(/\*+/).map((word) => word.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    pattern = new RegExp(`^${words.join('[^]*?')}$`);
    compiled.set(glob, pattern);
  }
  return pattern.test(name);
}

export function matchesAny(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => matchesGlob(glob, name));
}
