/** A page of the owner's in place of an app's own error: which answers, and what is said. Only people with a browser see it. */

import { fieldValue } from '../http1/field.ts';
import { type OwnAnswer, ownPage } from '../pages.ts';
import type { ServiceRules } from './service-rules.ts';

/** What the proxy's own page for a status is; those of the first kind say too much to stand for any app's. */
const withOwnPageOnly: Readonly<Record<number, OwnAnswer>> = {
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  429: 'too-many',
};
const withAnyPage: Readonly<Record<number, OwnAnswer>> = {
  500: 'error',
  502: 'bad-gateway',
  503: 'unavailable',
  504: 'gateway-timeout',
};

/** `fields`: the app's. The whole answer, given the Connection line; null where the app's goes out. */
export function replacedAnswer(
  rules: ServiceRules,
  { status, fields }: { status: number; fields: string },
  { method, accept }: { method: string; accept: string },
): ((connection: string) => string) | null {
  if (!rules.replaces(status) || !accept.includes('text/html')) return null;
  const page = rules.page(status);
  const answer = withAnyPage[status] ?? (page === null ? undefined : withOwnPageOnly[status]);
  if (answer === undefined) return null;
  const wait = fieldValue(fields, 'retry-after');
  const extra = wait === '' ? '' : `Retry-After: ${wait}\r\n`;
  return (connection) => ownPage(answer, { method, accept, connection, extra, page });
}
