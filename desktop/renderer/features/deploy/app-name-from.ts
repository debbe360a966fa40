/** An app's name from a folder's or a repository's. Pure. */

/** Fits `appName` of shared/names.ts; empty where nothing is left. */
export function appNameFrom(text: string): string {
  const last =
    text
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .at(-1) ?? '';
  return last
    .replace(/\.git$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
}
