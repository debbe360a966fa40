/** What a client says it dropped by itself, so that counts are known to be short. */

import { listOf, numberOr, objectOf, textOf } from '../event/text.ts';
import { countDropped, type ItemContext } from './context.ts';

const mostEntries = 100;

export function takeClientReport(context: ItemContext, raw: unknown): void {
  for (const each of listOf(objectOf(raw).discarded_events, mostEntries)) {
    const { reason, category, quantity } = objectOf(each);
    const count = Math.trunc(numberOr(quantity, 0));
    if (count <= 0 || count > 1e9) continue;
    countDropped(
      context,
      'client',
      textOf(reason, 60) || 'unknown',
      textOf(category, 40) || 'default',
      count,
    );
  }
}
