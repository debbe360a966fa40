/** Programs a benchmark needs of the system, and what to install where one is missing. */

/** Debian's package of each program, where it is called otherwise. */
const packages: Readonly<Record<string, string>> = {
  taskset: 'util-linux',
  chrt: 'util-linux',
};

/** Its path. Throws with the command that installs it. */
export function program(name: string): string {
  const found = Bun.which(name, { PATH: `${Bun.env.PATH ?? ''}:/usr/sbin:/sbin` });
  if (found !== null) return found;
  throw new Error(`${name} is needed and not installed: apt-get install ${packages[name] ?? name}`);
}
