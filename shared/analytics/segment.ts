/** Filters under a name, kept with a site: a part of its visits that somebody looks at again. */

import * as z from 'zod/mini';
import { type Filter, filter } from './query.ts';

const segmentName = z.string().check(
  z.trim(),
  z.minLength(1),
  z.maxLength(60),
  z.refine((name) => !/\p{Cc}/u.test(name), 'a name is one line'),
);

export const segment = z.object({
  name: segmentName,
  filters: z.array(filter).check(
    z.minLength(1),
    z.maxLength(20),
    z.refine((all) => all.every(({ dimension }) => dimension !== 'time'), 'a segment has no time'),
  ),
});
export type Segment = z.infer<typeof segment>;

const signs = [
  ['!=', 'is-not'],
  ['!~', 'contains-not'],
  ['=', 'is'],
  ['~', 'contains'],
] as const;

/**
 * A filter as one writes it: `country=DE|AT`, `page~/docs`, `device!=Mobile`, `source!~google`. Null where it is none; what
 * the dimension is called is not looked at.
 */
export function readFilter(text: string): Filter | null {
  const at = text.search(/!?[=~]/);
  if (at < 1) return null;
  const found = signs.find(([sign]) => text.startsWith(sign, at));
  if (found === undefined) return null;
  const [sign, op] = found;
  return { dimension: text.slice(0, at), op, values: text.slice(at + sign.length).split('|') };
}

export function writeFilter({ dimension, op, values }: Filter): string {
  const sign = signs.find(([, each]) => each === op)?.[0] ?? '=';
  return `${dimension}${sign}${values.join('|')}`;
}
