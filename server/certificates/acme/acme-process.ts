/**
 * The process that speaks ACME: an order comes on standard input, news of it go to standard output. A process of its
 * own, for the client and what it brings take 44 MB, which a Worker would leave 19 MB of behind.
 */

import { createInterface } from 'node:readline';
import { orderCertificate } from './order.ts';
import type { AcmeAnswer, AcmeNews, AcmeOrder } from './protocol.ts';

/** Resolves to the exit code. */
export async function speakAcme(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<number> {
  const lines = createInterface({ input })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T | null> => {
    const { value, done } = await lines.next();
    return done === true ? null : (JSON.parse(value) as T);
  };
  const tell = (news: AcmeNews) => void output.write(`${JSON.stringify(news)}\n`);
  const order = await next<AcmeOrder>();
  if (order === null) return 2;
  await orderCertificate(order, {
    tell,
    async show(news) {
      tell(news);
      return (await next<AcmeAnswer>())?.kind === 'ready';
    },
    now: Date.now,
  });
  return 0;
}
