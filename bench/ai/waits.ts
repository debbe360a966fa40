/** What the gateway adds to a call's time: to a whole answer, and to the first token of a stream. */

import type { BenchContext, Outcome } from '../bench.ts';
import { load } from '../machine/wrk.ts';
import { median } from '../median.ts';
import { aim, type Contender, type Contenders, streamed } from './contenders.ts';

const rounds = 5;
const firstTokens = 300;

export async function measureOverhead(
  { say, folder }: BenchContext,
  { direct, own }: Contenders,
): Promise<Outcome> {
  const overheads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [alone, through] = [
      await load({ ...aim(folder, direct), seconds: 2, connections: 1 }),
      await load({ ...aim(folder, own), seconds: 2, connections: 1 }),
    ];
    overheads.push(through.p50 - alone.p50);
  }
  const value = median(overheads);
  say(`p50 of one call after another: ${value.toFixed(3)} ms on top`);
  return {
    figures: [{ name: 'a call, p50 on top', value, unit: 'ms', bar: 'AI call overhead' }],
    notes: [],
  };
}

export async function measureFirstToken(
  { say }: BenchContext,
  { direct, own }: Contenders,
): Promise<Outcome> {
  const waits = { direct: [] as number[], through: [] as number[] };
  for (let each = 0; each < firstTokens; each++) {
    waits.direct.push(await firstToken(direct));
    waits.through.push(await firstToken(own));
  }
  const value = median(waits.through) - median(waits.direct);
  say(`first token: ${value.toFixed(3)} ms on top`);
  return {
    figures: [{ name: 'first token, p50 on top', value, unit: 'ms', bar: 'AI first token overhead' }],
    notes: [],
  };
}

/** ms until the first bytes of a stream's body. */
async function firstToken(to: Contender): Promise<number> {
  const from = performance.now();
  const answer = await fetch(`${to.url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...to.headers },
    body: streamed('Say hello.'),
  });
  if (answer.status !== 200) throw new Error(`${to.name} answered ${answer.status}`);
  const reader = answer.body?.getReader();
  await reader?.read();
  const ms = performance.now() - from;
  while ((await reader?.read())?.done === false);
  return ms;
}
