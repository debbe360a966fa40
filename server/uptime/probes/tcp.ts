/** A TCP check: whether something accepts connections and, where asked, answers as expected. */

import type { Target } from '../../../shared/uptime/check.ts';
import { converse } from '../conversation.ts';
import { destination } from '../destination.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

export async function probeTcp(
  { host, port, send, contains }: Extract<Target, { kind: 'tcp' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const place = await destination(host, context);
  if (place.kind === 'none') return place.outcome;
  const startedAt = performance.now();
  const up = (): Outcome => ({ kind: 'up', ms: performance.now() - startedAt, detail: null });
  try {
    return await converse<Outcome>({
      ...{ address: place.address, port, signal: context.signal },
      ...(send === undefined ? {} : { hello: unescaped(send) }),
      connected: () => (contains === undefined ? up() : undefined),
      decide: (read) => (read.includes(contains ?? '') ? up() : undefined),
    });
  } catch (error) {
    return failureOf(error, context.timeoutMs);
  }
}

/** `\r`, `\n`, `\t` and `\\` as a person types them. */
function unescaped(text: string): string {
  const meant: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '\\': '\\' };
  return text.replace(/\\([rnt\\])/g, (_, letter: string) => meant[letter] ?? letter);
}
