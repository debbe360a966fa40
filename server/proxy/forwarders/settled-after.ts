/** Handlers whose answer is true of every process: given only when all go by what was changed. */

import type { Handlers } from '../../kernel/feature.ts';

type AnyHandler = (params: unknown, context: unknown) => unknown;

export function settledAfter(handlers: Handlers, settled: () => Promise<void>): Handlers {
  const after = Object.entries(handlers).map(([method, handler]) => {
    const work = handler as AnyHandler;
    const waiting: AnyHandler = async (params, context) => {
      const result = await work(params, context);
      await settled();
      return result;
    };
    return [method, waiting];
  });
  return Object.fromEntries(after) as Handlers;
}
