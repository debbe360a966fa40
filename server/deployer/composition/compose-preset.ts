/** The preset `compose`: recognised by its file, built by images. */

import type { AppConfig } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Preset, SourceTree } from '../builders/builder.ts';
import { textOf } from '../builders/image-files.ts';
import { firstEntry } from '../builders/source-tree.ts';

/** In the order of the Compose specification. */
const usualNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

export function composeFileOf(tree: SourceTree, config: AppConfig): string | null {
  return config.compose?.file ?? firstEntry(tree, usualNames);
}

export const compose: Preset = {
  name: 'compose',
  title: 'Compose',
  detect(tree) {
    const file = firstEntry(tree, usualNames);
    return file === null ? null : { preset: 'compose', evidence: [`found ${file} -> Compose`] };
  },
  plan() {
    throw new WindlassError(
      'invalid',
      'Compose apps need the Docker runtime, which this server does not have',
      {
        hint: 'Install Docker, or name another preset in windlass.json, like {"build": {"preset": "node"}}.',
      },
    );
  },
};

/**
 * Where a service is built from the folder, the file describes the app and comes before everything else. Files that only
 * start a database for development are common beside apps of every kind, and do not.
 */
export const composeOfSources: Preset = {
  ...compose,
  detect(tree) {
    const file = firstEntry(tree, usualNames);
    return file !== null && /^[ \t]+(["']?)build\1[ \t]*:/m.test(textOf(tree, file))
      ? compose.detect(tree)
      : null;
  },
};
