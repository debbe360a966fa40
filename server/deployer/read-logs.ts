/** Reading an environment's logs for whoever asks through the contract. */

import type { HandlerParts } from './handlers.ts';
import type { Logs } from './logs/logs.ts';
import type { ReleaseStore } from './release-store.ts';

export function createLogReader(logs: Logs, releases: ReleaseStore): HandlerParts['readLogs'] {
  return async (environment, query, emit, signal) => {
    // A pruned release still has its logs; one that never was is a mistake worth telling.
    if (query.release !== undefined && releases.find(environment.appId, query.release) === null)
      releases.get(environment.appId, query.release);
    let lines = 0;
    const wanted = { ...query, app: environment.app, environment: environment.name };
    for await (const line of logs.read(wanted, signal)) {
      emit(line);
      lines++;
    }
    return lines;
  };
}
