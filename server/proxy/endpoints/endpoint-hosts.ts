/** Hosts that endpoints own as a whole, in control.db: no app may have them, and they survive a restart. */

import { WindlassError } from '../../../shared/errors.ts';
import { parseHostPattern } from '../../../shared/proxy/host-pattern.ts';
import type { EndpointHosts } from '../../kernel/endpoint.ts';
import type { ServiceStore } from '../service-store.ts';

/** `onChange` is called after a claim or release is on disk. */
export function endpointHosts(store: ServiceStore, onChange: () => void): EndpointHosts {
  return {
    claim(host, name) {
      const parsed = parseHostPattern(host);
      store.transaction(() => {
        const app = store.routesOn(parsed)[0]?.service;
        const owner = store.endpointHosts().get(parsed);
        if (app !== undefined) throw taken(parsed, `app ${app.slice(0, app.indexOf('/'))}`);
        if (owner !== undefined && owner !== name) throw taken(parsed, `the server's own ${owner}`);
        store.putEndpointHost(parsed, name);
      });
      onChange();
    },
    release(host) {
      store.removeEndpointHost(parseHostPattern(host));
      onChange();
    },
    claims: () => [...store.endpointHosts()].map(([host, name]) => ({ host, name })),
  };
}

function taken(host: string, by: string): WindlassError {
  return new WindlassError('conflict', `host ${host} is used by ${by}`, {
    hint: 'Choose another host, or remove it there first.',
  });
}
