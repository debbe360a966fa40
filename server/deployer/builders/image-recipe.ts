/** What an image preset makes of a tree: a Dockerfile in full, and where the app listens. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { SourceTree } from './builder.ts';

export interface ImageRecipe {
  dockerfile: string;
  /** Port inside; null for the one the app is told in PORT. */
  port: number | null;
  /** What was seen, for people. */
  evidence: string[];
}

/** Throws `WindlassError('invalid')` where it cannot tell how the app starts. */
export type ImagePreset = (tree: SourceTree, config: AppConfig) => ImageRecipe;

/** Nobody on the machine has this id, and apps need no more than their own folder. */
export const appUser = '10001:10001';
/** Where apps listen that are told by PORT. */
export const usualPort = 8080;

/** Folders of the app's volumes, made here so that a new volume starts with the right owner. */
export function volumeFolders(config: AppConfig): string[] {
  const paths = (config.volumes ?? []).map(({ path }) => JSON.stringify(path));
  return paths.length === 0 ? [] : [`RUN mkdir -p ${paths.join(' ')} && chown ${appUser} ${paths.join(' ')}`];
}

/** A start command that may use `$PORT`; the shell gives way to the app, so that signals reach it. */
export function startLine(command: string): string {
  const simple = !/[;&|<>()`\n]/.test(command) && !/^\w+=/.test(command);
  return `CMD ${JSON.stringify(['/bin/sh', '-c', simple ? `exec ${command}` : command])}`;
}

export function unknownStart(what: string): WindlassError {
  return new WindlassError('invalid', `nothing says how the ${what} app starts`, {
    hint: 'Set "start" in windlass.json to the command; it finds its port in $PORT.',
  });
}

export function lines(...parts: (string | readonly string[] | false)[]): string {
  return `${parts.flatMap((part) => (part === false ? [] : part)).join('\n')}\n`;
}
