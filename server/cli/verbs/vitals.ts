/** `windlass vitals`: how the machine is, and which app uses what of it. */

import type { Vitals } from '../../../shared/vitals/contract.ts';
import { bytesText } from '../amounts.ts';
import { placeText } from '../outcome.ts';
import { renderTable } from '../table.ts';
import type { Verb } from '../verb.ts';

export const vitals: Verb = {
  name: 'vitals',
  summary: "the machine's processor, memory, disk and network, and each app's share",
  usage: ['vitals'],
  examples: [
    { what: 'how the machine is', line: 'windlass vitals' },
    { what: 'free bytes of its disk', line: "windlass vitals --json | jq '.facts.disk - .vitals.disk'" },
  ],
  arguments: [],
  flags: [],
  run: async (context) => {
    const result = await context.control.call('vitals.now', {});
    const { style, width } = context;
    context.show(result, () => {
      const { facts, vitals: now, apps } = result;
      if (now === null) return ['the server has just started; ask again in ten seconds'];
      const rows = apps
        .toSorted((a, b) => b.cpu - a.cpu || b.memory - a.memory)
        .map(({ app, environment, cpu, memory }) => [
          placeText(app, environment),
          `${cpu.toFixed(2)} cores`,
          bytesText(memory),
        ]);
      return [
        ...renderTable(
          [{ title: 'of the machine' }, { title: 'used', right: true }, { title: 'of' }],
          machineRows(now, facts),
          width,
          style.dim,
        ),
        '',
        ...(rows.length === 0
          ? ['no app has a process of its own']
          : renderTable(
              [
                { title: 'app', flexible: true },
                { title: 'processor', right: true },
                { title: 'memory', right: true },
              ],
              rows,
              width,
              style.dim,
            )),
      ];
    });
    return 0;
  },
};

function machineRows(
  now: Vitals,
  facts: { cores: number; memory: number; swap: number; disk: number },
): string[][] {
  const rate = (bytes: number | null) => (bytes === null ? '-' : `${bytesText(bytes)}/s`);
  return [
    ['processor', `${(now.cpu * 100).toFixed(1)} %`, `${facts.cores} cores, load ${now.load.toFixed(2)}`],
    ['memory', bytesText(now.memory), bytesText(facts.memory)],
    ...(facts.swap === 0 ? [] : [['swap', bytesText(now.swap), bytesText(facts.swap)]]),
    ['disk', bytesText(now.disk), bytesText(facts.disk)],
    ['received', rate(now.received), ''],
    ['sent', rate(now.sent), ''],
    ['read', rate(now.read), ''],
    ['written', rate(now.written), ''],
  ];
}
