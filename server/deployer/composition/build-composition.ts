/** From a Compose file to a release: each service's image made or fetched, and a plan of what runs beside what. */

import { posix } from 'node:path';
import { WindlassError } from '../../../shared/errors.ts';
import type { BuildRequest, BuildResult, SourceTree } from '../builders/builder.ts';
import { textOf } from '../builders/image-files.ts';
import type { ImageBuilderOptions } from '../builders/tree-image.ts';
import { inOrder, isTask } from './arrange.ts';
import { chooseWeb } from './choose-web.ts';
import type { Companion, Surroundings } from './companion.ts';
import { composeFileOf } from './compose-preset.ts';
import { parseDotEnv } from './dot-env.ts';
import { createFaults } from './faults.ts';
import { dotEnv, lookupIn } from './fill.ts';
import { readCompose } from './read-compose.ts';
import type { Service } from './service.ts';
import { serviceFiles } from './service-files.ts';
import { serviceImage } from './service-image.ts';
import { createSourceFiles } from './source-files.ts';

/** ms a service beside the app gets to end by itself, as Compose has it. */
const usualGraceMs = 10_000;

export async function buildComposition(
  options: ImageBuilderOptions,
  request: BuildRequest,
  tree: SourceTree,
  evidence: readonly string[],
): Promise<BuildResult> {
  const { config, onLine } = request;
  const file = composeFileOf(tree, config);
  const text = file === null ? '' : textOf(tree, file);
  if (file === null || text === '') {
    throw new WindlassError('invalid', `there is no Compose file${file === null ? '' : ` ${file}`} here`, {
      hint: 'Name it in windlass.json, like {"compose": {"file": "docker-compose.prod.yml"}}.',
    });
  }
  const faults = createFaults(file);
  const base = posix.dirname(file);
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseDotEnv(textOf(tree, posix.join(base, '.env'))))) {
    given[dotEnv(name)] = value;
  }
  const lookup = lookupIn({ variables: request.env, given });
  const read = await readCompose(text, file, faults, lookup);
  const files = createSourceFiles(tree.root, base, faults);
  for (const service of read.services) Object.assign(given, await serviceFiles(service, read, files));
  faults.settle();
  const web = chooseWeb(read.services, config.compose?.web, config.port);
  for (const { name, line, replicas } of read.services) {
    if (replicas === null || replicas === 1) continue;
    const instead = name === web.service.name ? ': "instances" in windlass.json says how many there are' : '';
    faults.warn(line, `services.${name}`, `wants ${replicas} copies, and one runs${instead}`);
  }
  const seen = [...evidence, web.evidence];
  for (const line of [...seen, ...faults.warnings]) onLine(line);

  const images = new Map<string, { id: string; bytes: number }>();
  for (const service of read.services) {
    request.signal.throwIfAborted();
    onLine(`service ${service.name}`);
    images.set(
      service.name,
      await serviceImage(options, request, tree, { service, base, files, lookup, faults }),
    );
  }
  const imageOf = (service: Service) => images.get(service.name)?.id ?? '';
  const companions = inOrder(read.services)
    .filter((service) => service !== web.service)
    .map((service) => companionOf(service, imageOf(service), read.services));
  return {
    preset: 'compose',
    evidence: seen,
    digest: imageOf(web.service),
    bytes: [...images.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    given,
    launch: {
      kind: 'container',
      image: imageOf(web.service),
      port: web.port,
      surroundings: named(web.service),
      composition: { web: web.service.name, needs: web.service.needs, companions },
      ...(config.start === undefined ? {} : { argv: ['/bin/sh', '-c', config.start] }),
    },
  };
}

function companionOf(service: Service, image: string, all: readonly Service[]): Companion {
  const task = isTask(service.name, all);
  return {
    name: service.name,
    image,
    surroundings: named(service),
    needs: service.needs,
    kind: task ? 'task' : 'service',
    // Compose would leave a service that died where it is; what a person deploys is meant to stay up.
    restart: task ? 'never' : (service.restart ?? 'always'),
    stopGraceMs: service.stopGraceMs ?? usualGraceMs,
    ...(service.memory === null ? {} : { memory: service.memory }),
    ...(service.cpu === null ? {} : { cpu: service.cpu }),
  };
}

/** Others reach it by the service's name first of all. */
function named({ name, surroundings }: Service): Surroundings {
  return { ...surroundings, names: [...new Set([name, ...(surroundings.names ?? [])])] };
}
