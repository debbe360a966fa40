/** `windlass version`: of this file, and of the server where one answers. */

import type { Verb } from '../verb.ts';

export const version: Verb = {
  name: 'version',
  summary: 'show the version of this file and of the server',
  usage: ['version'],
  examples: [{ what: 'both versions', line: 'windlass version' }],
  arguments: [],
  flags: [],
  run: async (context) => {
    // No server is no failure here: the question is answered without one.
    const server = await context.control.call('server.info', {}).catch(() => null);
    const versions = { client: context.io.version, server: server?.version ?? null };
    context.show(versions, () => [
      `windlass ${versions.client}`,
      server === null ? 'no server answers here' : `server ${server.version}`,
    ]);
    return 0;
  },
};
