/** `fuzz`: mutated requests in HTTP/1.1 and HTTP/2 through the data path: none crashes it, none reaches an app malformed. */

import { runFuzz } from '../server/proxy/fuzz/run-fuzz.ts';
import { runH2Fuzz } from '../server/proxy/fuzz/run-h2-fuzz.ts';
import type { Bench, Figure } from './bench.ts';

const mutations = 10_000;

const cases = [
  { name: 'HTTP/1.1', run: runFuzz },
  { name: 'HTTP/2', run: runH2Fuzz },
] as const;

export const fuzz: Bench = {
  name: 'fuzz',
  summary: 'mutated requests and frames: what crashes the data path, or reaches an app malformed',
  async run({ say, only = '' }) {
    const figures: Figure[] = [];
    const seed = Math.floor(Date.now() / 1000);
    for (const { name, run } of cases.filter((each) => each.name.includes(only))) {
      const { faults, forwarded } = await run({ mutations, seed });
      for (const fault of faults) say(`${name}: ${fault}`);
      figures.push(
        { name: `faults over ${name}`, value: faults.length, unit: '', bar: 'faults of mutated requests' },
        { name: `forwarded over ${name}`, value: forwarded, unit: 'requests' },
      );
    }
    return {
      figures,
      notes: [`${mutations} mutations each, seed ${seed}; a witness of its own reads what the app got`],
    };
  },
};
