/** Which service serves: the one the person names, else the one that publishes a port people could ask. Pure. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Service } from './service.ts';

/** What databases and queues listen on: nobody's web page. */
const backstage = new Set([
  1433, 1521, 2379, 3306, 4222, 5432, 5672, 6379, 7687, 9042, 9092, 9200, 11211, 15672, 26257, 27017, 33060,
]);
const usualNames = ['web', 'app', 'frontend', 'nginx', 'proxy', 'server', 'site'];

export interface Web {
  service: Service;
  /** Inside the container; null for what its image exposes. */
  port: number | null;
  evidence: string;
}

/** Throws `invalid` where it cannot be told; the hint says how to. */
export function chooseWeb(
  services: readonly Service[],
  named: string | undefined,
  port: number | undefined,
): Web {
  if (named !== undefined) {
    const service = services.find(({ name }) => name === named);
    if (service === undefined) {
      throw new WindlassError('invalid', `windlass.json names the service ${named}, which is not there`, {
        hint: `There is ${services.map(({ name }) => name).join(', ')}.`,
      });
    }
    return webOf(service, port, `windlass.json names the service ${named}`);
  }
  const open = (service: Service) => service.published.filter((each) => !backstage.has(each));
  const publishing = services.filter((service) => open(service).length > 0);
  const [only, second] = publishing;
  if (only !== undefined && second === undefined) {
    return webOf(only, port, `the service ${only.name} publishes port ${open(only)[0]}`);
  }
  const usual = usualNames.flatMap((name) => publishing.filter((each) => each.name === name))[0];
  if (usual !== undefined) {
    return webOf(
      usual,
      port,
      `of the services that publish ports, ${usual.name} is called like a web service`,
    );
  }
  if (publishing.length === 0) {
    const [single, another] = services;
    if (single !== undefined && another === undefined) return webOf(single, port, 'there is one service');
    const named = usualNames.flatMap((name) => services.filter((each) => each.name === name))[0];
    if (named !== undefined)
      return webOf(named, port, `the service ${named.name} is called like a web service`);
  }
  const choice = (publishing.length > 0 ? publishing : services).map(({ name }) => name);
  throw new WindlassError('invalid', `which service serves cannot be told: ${choice.join(', ')}`, {
    hint: `Say it in windlass.json, like {"compose": {"web": "${choice[0]}"}}.`,
  });
}

function webOf(service: Service, port: number | undefined, evidence: string): Web {
  const own = [...service.published.filter((each) => !backstage.has(each)), ...service.published];
  return { service, port: port ?? own[0] ?? service.exposed[0] ?? null, evidence };
}
