/** What a service takes from files of the source when it is built: env files, secrets, configs. */

import { parseDotEnv } from './dot-env.ts';
import { ofService } from './fill.ts';
import type { ComposeFile, Service } from './service.ts';
import type { SourceFiles } from './source-files.ts';

/** The values, to be sealed with the release; the service is told where to find each. */
export async function serviceFiles(
  service: Service,
  { secrets, configs }: ComposeFile,
  files: SourceFiles,
): Promise<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const { path, required, line } of service.envFiles) {
    const text = await files.read(path, { line, key: `services.${service.name}.env_file` }, required);
    for (const [name, value] of Object.entries(parseDotEnv(text ?? ''))) {
      given[ofService(service.name, name)] = value;
    }
  }
  const asked = [
    ...service.secrets.map((each) => ({ ...each, key: 'secrets', source: secrets.get(each.name) })),
    ...service.configs.map((each) => ({ ...each, key: 'configs', source: configs.get(each.name) })),
  ];
  for (const { name, path, line, key, source } of asked) {
    const place = { line, key: `services.${service.name}.${key}` };
    if (source === undefined) {
      files.refuse(place, `names ${name}, which is not under "${key}:" at the end of the file`);
      continue;
    }
    const { surroundings } = service;
    const add = (secret: NonNullable<typeof surroundings.secrets>[number]) => {
      service.surroundings = { ...surroundings, secrets: [...(surroundings.secrets ?? []), secret] };
    };
    if (source.kind === 'text') add({ path, text: source.text });
    else if (key === 'configs') service.placed.push({ from: source.path, to: path });
    else {
      const value = `${key}:${name}`;
      given[value] = (await files.read(source.path, place, true)) ?? '';
      add({ path, given: value });
    }
  }
  return given;
}
