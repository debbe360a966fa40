/** Which files of a dropped folder are sent: what its ignore files say, as git reads them. */

import ignore, { type Ignore } from 'ignore';

const ruleFiles = ['.gitignore', '.windlassignore'];
const neverSent = new Set(['.git', 'node_modules', '.DS_Store']);

export function isNeverSent(name: string): boolean {
  return neverSent.has(name);
}

/** `files` are relative to the dropped folder. An ignore file counts for its own folder and those in it. */
export async function withoutLeftOut<T extends { path: string; file: Blob }>(
  files: readonly T[],
): Promise<{ sent: T[]; leftOut: number }> {
  const layers: { base: string; rules: Ignore }[] = [];
  for (const { path, file } of files) {
    const at = path.lastIndexOf('/') + 1;
    if (ruleFiles.includes(path.slice(at))) {
      layers.push({ base: path.slice(0, at), rules: ignore().add(await file.text()) });
    }
  }
  layers.sort((a, b) => a.base.length - b.base.length);
  const sent = files.filter(({ path }) => {
    if (path.split('/').some(isNeverSent)) return false;
    let ignored = false;
    for (const { base, rules } of layers) {
      if (!path.startsWith(base)) continue;
      const result = rules.test(path.slice(base.length));
      if (result.ignored) ignored = true;
      else if (result.unignored) ignored = false;
    }
    return !ignored;
  });
  return { sent, leftOut: files.length - sent.length };
}
