/**
 * Where the entry of a Worker of this folder is, seen from the module `from`. In the compiled file every module of the main
 * entry has the URL of that entry, and the entries of Workers keep their places relative to it.
 */
export function workerUrl(name: string, from: string): string {
  const compiled = from.includes('/$bunfs/') || from.includes('/~BUN/');
  return new URL(`${compiled ? './analytics' : '.'}/${name}.ts`, from).href;
}
