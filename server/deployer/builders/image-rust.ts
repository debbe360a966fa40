/** Rust: the release build of the package's program on a small Debian. */

import { WindlassError } from '../../../shared/errors.ts';
import type { SourceTree } from './builder.ts';
import { textOf } from './image-files.ts';
import { appUser, type ImagePreset, lines, startLine, usualPort, volumeFolders } from './image-recipe.ts';

export const rustImage: ImagePreset = (tree, config) => {
  const program = programName(tree);
  return {
    port: null,
    evidence: [`program ${program}`],
    dockerfile: lines(
      'FROM rust:1-bookworm AS build',
      'WORKDIR /src',
      'COPY . .',
      `RUN ${config.build?.command ?? 'cargo build --release'} && mkdir -p /out && cp target/release/${program} /out/server`,
      `RUN cp -a /src /out/app && rm -rf /out/app/target /out/app/src /out/app/.git`,
      '',
      'FROM debian:bookworm-slim',
      'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
      'WORKDIR /app',
      `COPY --from=build --chown=${appUser} /out/app /app`,
      'COPY --from=build /out/server /usr/local/bin/server',
      volumeFolders(config),
      `ENV PORT=${usualPort} ROCKET_ADDRESS=0.0.0.0`,
      `USER ${appUser}`,
      config.start === undefined
        ? startLine('env ROCKET_PORT=$PORT /usr/local/bin/server')
        : startLine(config.start),
    ),
  };
};

function programName(tree: SourceTree): string {
  const text = textOf(tree, 'Cargo.toml');
  const nameIn = (section: string) =>
    new RegExp(`^\\[${section}\\][^[]*?^name\\s*=\\s*"([\\w-]+)"`, 'm').exec(text)?.[1];
  const name = nameIn('\\[bin\\]') ?? nameIn('package');
  if (name !== undefined) return name;
  throw new WindlassError('invalid', 'Cargo.toml names no package', {
    hint: 'A workspace is deployed by its member: --dir path/of/the/package.',
  });
}
