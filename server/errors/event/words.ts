/** What an event is found by, and the tags it is counted under. Pure. */

import type { Json } from '../wire/envelope.ts';
import type { ErrorEvent } from './read-event.ts';
import { objectOf, textOf } from './text.ts';

export function wordsOf(event: ErrorEvent): string {
  const user = objectOf(event.raw.user);
  return [
    ...event.thrown.slice(-3).flatMap(({ type, value }) => [type, value.slice(0, 300)]),
    event.message.slice(0, 300),
    event.transaction,
    event.url ?? '',
    textOf(user.id, 100),
    textOf(user.email, 100),
    textOf(user.username, 100),
    ...event.tags.slice(0, 30).map(([, value]) => value.slice(0, 60)),
  ].join(' ');
}

/** Its own tags, and what every event can be told apart by. */
export function tagsToCount(
  event: ErrorEvent,
  release: string | null,
  environment: string,
): [string, string][] {
  const contexts = objectOf(event.raw.contexts);
  const tags: [string, string][] = [
    ['level', event.level],
    ['environment', environment],
  ];
  if (release !== null) tags.push(['release', release]);
  for (const name of ['browser', 'os', 'runtime', 'device']) {
    const text = named(objectOf(contexts[name]));
    if (text !== '') tags.push([name, text]);
  }
  if (event.url !== null) tags.push(['url', event.url.replace(/[?#].*$/s, '').slice(0, 200)]);
  const main = event.thrown.at(-1);
  if (main !== undefined) tags.push(['handled', main.handled ? 'yes' : 'no']);
  const own = event.tags.filter(([key]) => !tags.some(([taken]) => taken === key)).slice(0, 40);
  return [...tags, ...own.map(([key, value]): [string, string] => [key, value])];
}

function named(context: Json): string {
  return [context.name, context.version]
    .map((each) => textOf(each, 40))
    .join(' ')
    .trim();
}
