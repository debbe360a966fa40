/** Go: one static program on a small Debian, with the files it may read beside it. */

import { WindlassError } from '../../../shared/errors.ts';
import type { SourceTree } from './builder.ts';
import { namesIn, textOf } from './image-files.ts';
import { appUser, type ImagePreset, lines, startLine, usualPort, volumeFolders } from './image-recipe.ts';

export const goImage: ImagePreset = (tree, config) => {
  const program = mainPackage(tree);
  const build = config.build?.command ?? `go build -trimpath -ldflags="-s -w" -o /out/server ${program}`;
  return {
    port: null,
    evidence: [`main package ${program}`],
    dockerfile: lines(
      'FROM golang:1.25 AS build',
      'ENV CGO_ENABLED=0',
      'WORKDIR /src',
      `COPY go.mod ${tree.entries.has('go.sum') ? 'go.sum ' : ''}./`,
      'RUN go mod download',
      'COPY . .',
      `RUN mkdir -p /out && ${build}`,
      // Templates and the like are read from the working folder; the sources are not needed any more.
      `RUN cp -a /src /out/app && find /out/app -name '*.go' -delete && rm -rf /out/app/.git /out/app/vendor`,
      '',
      'FROM debian:bookworm-slim',
      'COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/',
      'WORKDIR /app',
      `COPY --from=build --chown=${appUser} /out/app /app`,
      'COPY --from=build /out/server /usr/local/bin/server',
      volumeFolders(config),
      `ENV PORT=${usualPort}`,
      `USER ${appUser}`,
      config.start === undefined ? 'CMD ["/usr/local/bin/server"]' : startLine(config.start),
    ),
  };
};

function mainPackage(tree: SourceTree): string {
  const isMain = (path: string) => /^package main\b/m.test(textOf(tree, path));
  if ([...tree.entries].some((name) => name.endsWith('.go') && isMain(name))) return '.';
  const commands = namesIn(tree, 'cmd').filter((name) =>
    namesIn(tree, `cmd/${name}`).some((file) => isMain(`cmd/${name}/${file}`)),
  );
  const [first] = commands;
  const wanted = ['server', 'web', 'api', 'app'].find((name) => commands.includes(name)) ?? first;
  if (wanted === undefined) {
    throw new WindlassError('invalid', 'no main package was found in this folder or in cmd/', {
      hint: 'Set "build.command" in windlass.json, like {"build": {"command": "go build -o /out/server ./path"}}.',
    });
  }
  return `./cmd/${wanted}`;
}
