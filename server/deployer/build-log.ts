/** The log of a build: kept on disk, and told live to whoever follows the deployment. */

import type { Clock } from '../kernel/clock.ts';
import type { Feed } from './feed.ts';
import type { Logs } from './logs/logs.ts';
import type { RolloutParts } from './rollout.ts';

export function createBuildLogs(parts: {
  clock: Clock;
  logs: Logs;
  feed: Feed;
  redact(text: string): string;
}): RolloutParts['openBuildLog'] {
  return ({ id, app, environment }) => {
    const writer = parts.logs.openBuild({ app, environment, deployment: id });
    return {
      ...writer,
      write(text) {
        const safe = parts.redact(text);
        writer.write(safe);
        parts.feed.line(id, { at: parts.clock.now(), release: null, origin: 'build', text: safe });
      },
    };
  };
}
