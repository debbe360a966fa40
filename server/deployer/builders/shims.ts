/** A folder to put in front of PATH in which `node`, `npm`, `npx`, `yarn`, `pnpm` and `bun` are the built-in runtime. */

import { chmod, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ShimOptions {
  /** Absolute folder to write; what is in it already is brought up to date. Its path must hold no quote. */
  folder: string;
  /** The built-in runtime: the file that is Bun with BUN_BE_BUN=1. */
  runtime: string;
  /** Node itself where the app asks for it; null makes `node` the built-in runtime. */
  node: string | null;
}

/** Answers the folder for PATH. Safe to call again and at the same time: every file is put in place by a rename. */
export async function writeShims({ folder, runtime, node }: ShimOptions): Promise<string> {
  const library = join(folder, 'lib');
  await mkdir(library, { recursive: true, mode: 0o755 });
  await placeLink(join(library, 'bun'), runtime);
  // By this name the runtime takes its arguments as Node does: `node build` means build/index.js.
  await placeLink(join(library, 'node'), node ?? runtime);
  const scripts: Record<string, string> = {
    bun: `exec "${library}/bun" "$@"`,
    bunx: `exec "${library}/bun" x "$@"`,
    node: node === null ? nodeScript(library) : `unset BUN_BE_BUN\nexec "${library}/node" "$@"`,
    npm: npmScript(library),
    npx: npxScript(library),
    yarn: yarnScript(library),
    pnpm: pnpmScript(library),
    corepack: 'exit 0',
  };
  for (const [name, body] of Object.entries(scripts)) {
    await placeScript(join(folder, name), `#!/bin/sh\nexport BUN_BE_BUN=1\n${body}\n`);
  }
  return folder;
}

const nodeScript = (library: string): string => `case "$1" in
  -v|--version) exec "${library}/node" -p process.version ;;
esac
exec "${library}/node" "$@"`;

/** Leaves away what only npm and its like understand, and the \`--\` in front of a script's own arguments. */
const filterArguments = `count=$#
passed=
while [ "$count" -gt 0 ]; do
  word=$1
  shift
  count=$((count - 1))
  if [ -z "$passed" ]; then
    case "$word" in
      --) passed=1; continue ;;
      -s|--silent|-q|--quiet|--no-audit|--no-fund|--no-progress|--progress=*|--loglevel=*|--legacy-peer-deps|--prefer-offline|--offline|--include=*|--frozen-lockfile|--immutable|--non-interactive|--no-optional|--ignore-engines|--force|--foreground-scripts) continue ;;
      --prefix|-C|--dir) set -- "$@" --cwd; continue ;;
      --omit=dev|--only=prod|--only=production|--prod) set -- "$@" --production; continue ;;
    esac
  fi
  set -- "$@" "$word"
done`;

const npmScript = (library: string): string => `case "$1" in
  ''|-v|--version) echo 11.0.0; exit 0 ;;
esac
verb=$1
shift
${filterArguments}
case "$verb" in
  run|run-script|rum|urn) exec "${library}/bun" run "$@" ;;
  start|test|stop|restart) exec "${library}/bun" run "$verb" "$@" ;;
  t) exec "${library}/bun" run test "$@" ;;
  ci|clean-install|install|i|add|install-clean) exec "${library}/bun" install --backend=copyfile "$@" ;;
  exec|x) exec "${library}/bun" x "$@" ;;
  prune|audit|fund|rebuild|dedupe|config|set-script) exit 0 ;;
  *) echo "npm $verb is not available in builds by Windlass" >&2; exit 1 ;;
esac`;

const npxScript = (library: string): string => `while :; do
  case "$1" in
    -y|--yes|--no|--no-install|-q|--quiet) shift ;;
    --) shift; break ;;
    *) break ;;
  esac
done
exec "${library}/bun" x "$@"`;

const yarnScript = (library: string): string => `case "$1" in
  -v|--version) echo 1.22.22; exit 0 ;;
esac
verb=\${1:-install}
[ $# -gt 0 ] && shift
${filterArguments}
case "$verb" in
  install|add) exec "${library}/bun" "$verb" --backend=copyfile "$@" ;;
  run) exec "${library}/bun" run "$@" ;;
  exec|dlx) exec "${library}/bun" x "$@" ;;
  config|set|cache) exit 0 ;;
  *) exec "${library}/bun" run "$verb" "$@" ;;
esac`;

const pnpmScript = (library: string): string => `case "$1" in
  -v|--version) echo 10.0.0; exit 0 ;;
esac
verb=\${1:-install}
[ $# -gt 0 ] && shift
${filterArguments}
case "$verb" in
  install|i|ci|add) exec "${library}/bun" install --backend=copyfile "$@" ;;
  run) exec "${library}/bun" run "$@" ;;
  exec|dlx|x) exec "${library}/bun" x "$@" ;;
  prune|rebuild|config|store) exit 0 ;;
  *) exec "${library}/bun" run "$verb" "$@" ;;
esac`;

async function placeScript(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await place(path, (fresh) => writeFile(fresh, text, { mode: 0o755 }).then(() => chmod(fresh, 0o755)));
}

async function placeLink(path: string, target: string): Promise<void> {
  if ((await readlink(path).catch(() => null)) === target) return;
  await place(path, (fresh) => symlink(target, fresh));
}

async function place(path: string, make: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${path}.${crypto.randomUUID()}`;
  try {
    await make(fresh);
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
