/** Which preset makes which image. */

import type { AppConfig, PresetName } from '../../../shared/deployer/app-config.ts';
import type { Preset, SourceTree } from './builder.ts';
import { dotnetImage } from './image-dotnet.ts';
import { goImage } from './image-go.ts';
import { javaImage } from './image-java.ts';
import { nodeImage } from './image-node.ts';
import { phpImage } from './image-php.ts';
import { pythonImage } from './image-python.ts';
import type { ImagePreset, ImageRecipe } from './image-recipe.ts';
import { rubyImage } from './image-ruby.ts';
import { rustImage } from './image-rust.ts';

const languages: Partial<Record<PresetName, ImagePreset>> = {
  python: pythonImage,
  go: goImage,
  php: phpImage,
  ruby: rubyImage,
  rust: rustImage,
  java: javaImage,
  dotnet: dotnetImage,
};

/** True for what cannot be built and run without an engine. */
export function needsImage(name: PresetName): boolean {
  return name === 'dockerfile' || name === 'compose' || languages[name] !== undefined;
}

export function imageRecipe(preset: Preset, tree: SourceTree, config: AppConfig): ImageRecipe {
  return languages[preset.name]?.(tree, config) ?? nodeImage(preset, tree, config);
}
