/** Which package manager a tree was made with. Its lockfile is honoured; the installing is done by the built-in runtime. */

import type { SourceTree } from './builder.ts';

export interface PackageManager {
  name: 'npm' | 'yarn' | 'pnpm' | 'bun';
  lockfile: string | null;
  /** What a person would type; also what images are built with. */
  install: string;
  build: string;
}

const managers: readonly (PackageManager & { lockfile: string })[] = [
  { name: 'bun', lockfile: 'bun.lock', install: 'bun install --frozen-lockfile', build: 'bun run build' },
  { name: 'bun', lockfile: 'bun.lockb', install: 'bun install --frozen-lockfile', build: 'bun run build' },
  {
    name: 'pnpm',
    lockfile: 'pnpm-lock.yaml',
    install: 'pnpm install --frozen-lockfile',
    build: 'pnpm run build',
  },
  { name: 'yarn', lockfile: 'yarn.lock', install: 'yarn install --frozen-lockfile', build: 'yarn build' },
  { name: 'npm', lockfile: 'package-lock.json', install: 'npm ci', build: 'npm run build' },
  { name: 'npm', lockfile: 'npm-shrinkwrap.json', install: 'npm ci', build: 'npm run build' },
];

export function packageManagerOf(tree: SourceTree): PackageManager {
  const found = managers.find(({ lockfile }) => tree.entries.has(lockfile));
  return found ?? { name: 'npm', lockfile: null, install: 'npm install', build: 'npm run build' };
}

/**
 * argv of the native install. Files are copied out of the cache, never linked: a build that patches a package in place
 * must not change the cache or another release.
 */
export function nativeInstall(tree: SourceTree): string[] {
  const argv = ['bun', 'install', '--backend=copyfile'];
  return tree.entries.has('bun.lock') ? [...argv, '--frozen-lockfile'] : argv;
}
