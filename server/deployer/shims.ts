/** A folder to put in front of PATH in which `node`, `npm`, `npx`, `yarn`, `pnpm` and `bun` are the built-in runtime. */

import { chmod, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scriptRunner } from './script-runner.ts';

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
  await placeFile(join(library, 'run.cjs'), scriptRunner, 0o644);
  for (const [name, body] of Object.entries(scripts)) {
    await placeFile(join(folder, name), `#!/bin/sh\nexport BUN_BE_BUN=1\n${body}\n`, 0o755);
  }
  return folder;
}

const nodeScript = (library: string): string => `case "$1" in
  -v|--version) exec "${library}/node" -p process.version ;;
esac
exec "${library}/node" "$@"`;

/** npm takes its own flags anywhere before `--`; the ones that matter are kept in variables, the rest is dropped. */
const npmFlags = `count=$#
passed=
cwd=
while [ "$count" -gt 0 ]; do
  word=$1
  shift
  count=$((count - 1))
  if [ -z "$passed" ]; then
    case "$word" in
      --) passed=1; continue ;;
      --prefix|-C) cwd=$1; shift; count=$((count - 1)); continue ;;
      --prefix=*) cwd=\${word#--prefix=}; continue ;;
      --if-present) export WINDLASS_IF_PRESENT=1; continue ;;
      --omit=dev|--only=prod|--only=production|--production) set -- "$@" --production; continue ;;
      -D|--save-dev) set -- "$@" --dev; continue ;;
      -v|--version) ;;
      -*) continue ;;
    esac
  fi
  set -- "$@" "$word"
done
if [ -n "$cwd" ]; then cd "$cwd" || exit 1; fi`;

const npmScript = (library: string): string => `${npmFlags}
verb=$1
[ $# -gt 0 ] && shift
case "$verb" in
  ''|-v|--version) echo 11.0.0 ;;
  run|run-script|rum|urn) exec "${library}/bun" --no-env-file "${library}/run.cjs" "$@" ;;
  start|test|stop) exec "${library}/bun" --no-env-file "${library}/run.cjs" "$verb" "$@" ;;
  t) exec "${library}/bun" --no-env-file "${library}/run.cjs" test "$@" ;;
  ci|clean-install|install-clean|install|i|add) exec "${library}/bun" install --backend=copyfile "$@" ;;
  exec|x) exec "${library}/bun" x "$@" ;;
  prune|audit|fund|rebuild|dedupe|config) ;;
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

const yarnScript = (library: string): string => `verb=\${1:-install}
[ $# -gt 0 ] && shift
case "$verb" in
  -v|--version) echo 1.22.22 ;;
  install|--*) exec "${library}/bun" install --backend=copyfile ;;
  add) exec "${library}/bun" add --backend=copyfile "$@" ;;
  run) exec "${library}/bun" --no-env-file "${library}/run.cjs" "$@" ;;
  exec|dlx) exec "${library}/bun" x "$@" ;;
  config|set|cache) ;;
  *) exec "${library}/bun" --no-env-file "${library}/run.cjs" "$verb" "$@" ;;
esac`;

const pnpmScript = (library: string): string => `verb=\${1:-install}
[ $# -gt 0 ] && shift
case "$verb" in
  -v|--version) echo 10.0.0 ;;
  install|i|ci) exec "${library}/bun" install --backend=copyfile ;;
  add) exec "${library}/bun" add --backend=copyfile "$@" ;;
  run) exec "${library}/bun" --no-env-file "${library}/run.cjs" "$@" ;;
  exec|dlx|x) exec "${library}/bun" x "$@" ;;
  prune|rebuild|config|store) ;;
  -*) echo "pnpm $verb is not available in builds by Windlass" >&2; exit 1 ;;
  *) exec "${library}/bun" --no-env-file "${library}/run.cjs" "$verb" "$@" ;;
esac`;

async function placeFile(path: string, text: string, mode: number): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await place(path, (fresh) => writeFile(fresh, text, { mode }).then(() => chmod(fresh, mode)));
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
