/** Calls for each second spent on the core, in turn with Portkey's. */

import type { BenchContext, Outcome } from '../bench.ts';
import { load } from '../machine/wrk.ts';
import { median } from '../median.ts';
import { aim, type Contenders, connections, used } from './contenders.ts';

const rounds = 5;
const seconds = 4;
const warmUpSeconds = 12;

export async function measureRate({ say, folder }: BenchContext, all: Contenders): Promise<Outcome> {
  const { own } = all;
  const portkey = await all.portkey();
  for (const each of [own, portkey])
    await load({ ...aim(folder, each), seconds: warmUpSeconds, connections });
  const perCore = new Map<string, number[]>([own, portkey].map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const each of round % 2 === 0 ? [own, portkey] : [portkey, own]) {
      const before = used(each);
      const { requests, perSecond, errors } = await load({ ...aim(folder, each), seconds, connections });
      if (errors > 0) throw new Error(`${each.name} answered ${errors} calls badly`);
      const rate = requests / (used(each) - before);
      perCore.get(each.name)?.push(rate);
      say(
        `round ${round + 1}: ${each.name} ${Math.round(rate)} calls for each second on the core, ${Math.round((100 * perSecond) / rate)} % of which it was given`,
      );
    }
  }
  const rate = (name: string) => median(perCore.get(name) ?? []);
  return {
    figures: [
      {
        name: 'against Portkey',
        value: rate(own.name) / rate(portkey.name),
        unit: 'x',
        bar: 'AI calls per core against Portkey',
      },
      { name: `${own.name} calls per core`, value: rate(own.name), unit: '/s' },
      { name: `${portkey.name} calls per core`, value: rate(portkey.name), unit: '/s' },
    ],
    notes: [
      `against: calls for each second spent on the core; ${rounds} rounds of ${seconds} s, ${connections} kept connections, medians, after ${warmUpSeconds} s of warming up each; every call of ours is in the ledger`,
    ],
  };
}
