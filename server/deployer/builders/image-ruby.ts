/** Ruby: Rails, or whatever config.ru starts. */

import type { SourceTree } from './builder.ts';
import { procfileWeb, textOf } from './image-files.ts';
import {
  appUser,
  type ImagePreset,
  lines,
  startLine,
  unknownStart,
  usualPort,
  volumeFolders,
} from './image-recipe.ts';

const usualVersion = '3.4';

export const rubyImage: ImagePreset = (tree, config) => {
  const version = /^(?:ruby-)?(\d+\.\d+)/.exec(textOf(tree, '.ruby-version').trim())?.[1] ?? usualVersion;
  const rails = /^\s*gem\s+["']rails["']/m.test(textOf(tree, 'Gemfile'));
  const settings =
    'ENV BUNDLE_PATH=/bundle BUNDLE_WITHOUT=development:test RAILS_ENV=production RACK_ENV=production';
  return {
    port: null,
    evidence: [`Ruby ${version}`, ...(rails ? ['found rails in Gemfile -> Rails'] : [])],
    dockerfile: lines(
      `FROM ruby:${version} AS build`,
      settings,
      'WORKDIR /app',
      'COPY Gemfile* ./',
      'RUN bundle install --jobs 2',
      'COPY . .',
      config.build?.command !== undefined
        ? `RUN ${config.build.command}`
        : rails && 'RUN SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile',
      '',
      `FROM ruby:${version}-slim`,
      settings,
      `ENV PORT=${usualPort} RAILS_LOG_TO_STDOUT=1 RAILS_SERVE_STATIC_FILES=1`,
      'WORKDIR /app',
      'COPY --from=build /bundle /bundle',
      `COPY --from=build --chown=${appUser} /app /app`,
      volumeFolders(config),
      `RUN chown ${appUser} /app`,
      `USER ${appUser}`,
      startLine(config.start ?? procfileWeb(tree) ?? usualStart(tree, rails)),
    ),
  };
};

function usualStart(tree: SourceTree, rails: boolean): string {
  if (rails) return 'bundle exec rails server -b 0.0.0.0 -p $PORT';
  if (!tree.entries.has('config.ru')) throw unknownStart('Ruby');
  const puma = /^\s*gem\s+["']puma["']/m.test(textOf(tree, 'Gemfile'));
  return puma ? 'bundle exec puma -b tcp://0.0.0.0:$PORT' : 'bundle exec rackup -o 0.0.0.0 -p $PORT';
}
