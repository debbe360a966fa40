/** `windlass trust`: the proxies in front of this server, whose word on visitors' addresses is believed. */

import { UsageError } from '../usage-error.ts';
import type { Verb } from '../verb.ts';

const actions = ['list', 'set', 'none'] as const;

export const trust: Verb = {
  name: 'trust',
  summary: 'list and set the proxies in front of this server that are believed',
  usage: ['trust [list]', 'trust set RANGE…', 'trust none'],
  about: [
    'A proxy in front of this server (Cloudflare, a load balancer) names the visitor in X-Forwarded-For. Only the',
    'addresses set here are believed; everybody else could forge it. "cloudflare" and "private" stand for many ranges.',
  ],
  examples: [
    { what: 'behind Cloudflare', line: 'windlass trust set cloudflare' },
    { what: 'behind a load balancer', line: 'windlass trust set 10.0.0.5' },
  ],
  arguments: [{ name: 'ACTION', required: false, completes: actions, rest: true }],
  flags: [],
  run: async (context) => {
    const [action = 'list', ...ranges] = context.args;
    const known = actions.find((each) => each === action);
    if (known === undefined)
      throw new UsageError(`\`trust\` cannot "${action}"`, 'It can list, set and none.');
    if (known === 'set' && ranges.length === 0) {
      throw new UsageError('which ranges?', 'Like `windlass trust set 10.0.0.5`, or `windlass trust none`.');
    }
    const result =
      known === 'list'
        ? await context.control.call('trusted.list', {})
        : await context.control.call('trusted.set', { ranges: known === 'set' ? ranges : [] });
    context.show(result, () =>
      result.ranges.length === 0 ? ['no proxy is trusted: visitors are who they connect as'] : result.ranges,
    );
    return 0;
  },
};
