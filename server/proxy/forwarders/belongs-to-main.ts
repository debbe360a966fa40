/** Which requests a forwarder hands to the main process: all that need more than routes and an instance that answers. */

import { normaliseHost } from '../../../shared/proxy/host-pattern.ts';
import { isReserved } from '../endpoints/addressed-endpoint.ts';
import type { RequestHead } from '../http1/request-head.ts';
import type { RouteTable } from '../service.ts';
import type { HostManners, Snapshot } from './snapshot.ts';

const authority = '/.well-known/acme-challenge/';

/** Spellings of known hosts kept. */
const maxSpellings = 4_096;

export class Belongings {
  readonly #manners: ReadonlyMap<string, HostManners>;
  readonly #changed: ReadonlySet<string>;
  readonly #spellings = new Map<string, HostManners>();

  constructor({ manners, services }: Snapshot) {
    this.#manners = new Map(Object.entries(manners));
    this.#changed = new Set(services.filter(({ changedPages }) => changedPages).map(({ key }) => key));
  }

  belongsToMain(head: RequestHead, scheme: 'http' | 'https', table: RouteTable): boolean {
    const { host, path, method } = head;
    if (host === '' || !path.startsWith('/') || isReserved(path)) return true;
    // Its answer names the release, and whether main has it is what is asked.
    if (head.probe !== '' || head.wantsWebSocket) return true;
    const manners = this.mannersOf(host);
    if (manners === null) return true;
    if (scheme === 'http' && (manners.insists || path.startsWith(authority))) return true;
    const service = table.match(host, path)?.service ?? null;
    if (service === null || service.release === null) return true;
    const page = (method === 'GET' || method === 'HEAD') && head.accept.includes('text/html');
    return page && this.#changed.has(service.key);
  }

  /** `host` as a Host field has it; null for one that main alone knows. */
  mannersOf(host: string): HostManners | null {
    const known = this.#spellings.get(host);
    if (known !== undefined) return known;
    const found = this.#manners.get(normaliseHost(host) ?? '');
    if (found === undefined) return null;
    if (this.#spellings.size >= maxSpellings) this.#spellings.clear();
    this.#spellings.set(host, found);
    return found;
  }
}
