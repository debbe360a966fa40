/** `windlass metrics`: counters as OpenMetrics text, for a scraper that reads a command or a file. */

import type { Verb } from '../verb.ts';

export const metrics: Verb = {
  name: 'metrics',
  summary: 'print counters as OpenMetrics text',
  usage: ['metrics'],
  about: ['The same text answers `metrics.read` on the control socket. No port is opened for it.'],
  examples: [
    {
      what: "for Prometheus' node exporter",
      line: 'windlass metrics > /var/lib/node_exporter/windlass.prom',
    },
  ],
  arguments: [],
  flags: [],
  run: async (context) => {
    const { text } = await context.control.call('metrics.read', {});
    context.show({ text }, () => text.trimEnd().split('\n'));
    return 0;
  },
};
