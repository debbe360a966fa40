/** .NET: the published output of the web project. */

import { WindlassError } from '../../../shared/errors.ts';
import { appUser, type ImagePreset, lines, startLine, usualPort, volumeFolders } from './image-recipe.ts';

export const dotnetImage: ImagePreset = (tree, config) => {
  const project = [...tree.entries].sort().find((name) => /\.(csproj|fsproj)$/.test(name));
  if (project === undefined) {
    throw new WindlassError('invalid', 'there is no .csproj or .fsproj in this folder', {
      hint: 'Deploy the project itself: --dir path/of/the/project.',
    });
  }
  const library = `${project.replace(/\.\w+proj$/, '')}.dll`;
  return {
    port: null,
    evidence: [`found ${project}`],
    dockerfile: lines(
      'FROM mcr.microsoft.com/dotnet/sdk:9.0 AS build',
      'WORKDIR /src',
      `COPY ["${project}", "./"]`,
      `RUN dotnet restore "${project}"`,
      'COPY . .',
      `RUN ${config.build?.command ?? `dotnet publish "${project}" -c Release -o /out --no-restore`}`,
      '',
      'FROM mcr.microsoft.com/dotnet/aspnet:9.0',
      'WORKDIR /app',
      `COPY --from=build --chown=${appUser} /out /app`,
      volumeFolders(config),
      `ENV PORT=${usualPort}`,
      `USER ${appUser}`,
      startLine(config.start ?? `dotnet "${library}" --urls http://0.0.0.0:$PORT`),
    ),
  };
};
