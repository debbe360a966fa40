/** Presets that need an image: they are recognised here, and built by the Docker runtime. */

import type { PresetName } from '../../../shared/deployer/app-config.ts';
import { WindlassError } from '../../../shared/errors.ts';
import type { Preset } from './builder.ts';
import { firstEntry } from './source-tree.ts';

export const dockerfile = dockerOnly('dockerfile', 'Dockerfile', ['Dockerfile', 'Containerfile']);
export const java = dockerOnly('java', 'Java', ['pom.xml', 'build.gradle', 'build.gradle.kts']);
export const rust = dockerOnly('rust', 'Rust', ['Cargo.toml']);
export const go = dockerOnly('go', 'Go', ['go.mod']);
export const python = dockerOnly('python', 'Python', [
  'requirements.txt',
  'pyproject.toml',
  'Pipfile',
  'setup.py',
]);
export const ruby = dockerOnly('ruby', 'Ruby', ['Gemfile']);
export const php = dockerOnly('php', 'PHP', ['composer.json', 'index.php']);
export const dotnet = dockerOnly('dotnet', '.NET', ['global.json', 'Program.cs'], /\.(csproj|fsproj|sln)$/);

function dockerOnly(name: PresetName, title: string, files: readonly string[], pattern?: RegExp): Preset {
  return {
    name,
    title,
    detect(tree) {
      const seen =
        firstEntry(tree, files) ?? [...tree.entries].find((entry) => pattern?.test(entry) === true);
      return seen === undefined ? null : { preset: name, evidence: [`found ${seen} -> ${title}`] };
    },
    plan() {
      throw new WindlassError(
        'invalid',
        `${title} apps need the Docker runtime, which this server does not have`,
        {
          hint:
            name === 'dockerfile'
              ? 'Install Docker, or name another preset in windlass.json, like {"build": {"preset": "node"}}.'
              : 'Install Docker, or set "build.command" and "start" in windlass.json with {"build": {"preset": "node"}}.',
        },
      );
    },
  };
}
