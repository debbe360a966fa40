/** Cross-origin requests (Fetch, "CORS protocol"): preflights are answered here, and what an app says of it is replaced. */

import { matchPattern } from '../../../shared/proxy/path-pattern.ts';
import type { RouteRules } from '../../../shared/proxy/rules.ts';
import { fieldValue, without } from '../http1/field.ts';
import type { RuledRequest, Verdict } from './verdict.ts';

type Cors = NonNullable<RouteRules['cors']>[number];

const saidByApp = new Set([
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
]);
const simpleMethods = ['GET', 'HEAD', 'POST'];

/** The rule for a path: the first that fits. */
export function corsRule(rules: readonly Cors[], plain: string): Cors | null {
  return rules.find(({ path }) => path === undefined || matchPattern(path, plain) !== null) ?? null;
}

/** The answer to a preflight; null where the request is none. A foreign origin gets no permission, which is refusal enough. */
export function preflight(rule: Cors, request: RuledRequest): Verdict | null {
  if (request.method !== 'OPTIONS') return null;
  const origin = fieldValue(request.fields, 'origin');
  if (origin === '' || fieldValue(request.fields, 'access-control-request-method') === '') return null;
  const granted = grant(rule, origin);
  if (granted === '') return { kind: 'preflight', fields: 'Vary: Origin\r\n' };
  const { methods = simpleMethods, headers, maxAge = 600 } = rule;
  return {
    kind: 'preflight',
    fields:
      `${granted}Access-Control-Allow-Methods: ${methods.join(', ')}\r\n` +
      (headers === undefined ? '' : `Access-Control-Allow-Headers: ${headers.join(', ')}\r\n`) +
      `Access-Control-Max-Age: ${maxAge}\r\n`,
  };
}

/** The fields of an answer with what this rule says of the origin in place of what the app said. */
export function withCors(rule: Cors, requestFields: string, answer: string): string {
  const origin = fieldValue(requestFields, 'origin');
  const own = without(answer, saidByApp);
  if (origin === '') return rule.origins.includes('*') && rule.credentials !== true ? own : varying(own);
  const granted = grant(rule, origin);
  if (granted === '') return varying(own);
  const exposed =
    rule.expose === undefined ? '' : `Access-Control-Expose-Headers: ${rule.expose.join(', ')}\r\n`;
  return (granted.includes('Vary') ? varying(own) : own) + granted.replace('Vary: Origin\r\n', '') + exposed;
}

/** With credentials the origin has to be named: `*` would not be believed. */
function grant({ origins, credentials = false }: Cors, origin: string): string {
  if (origins.includes('*') && !credentials) return 'Access-Control-Allow-Origin: *\r\n';
  // Any site at all with the visitor's cookies is never meant: only sites that are named get them.
  if (!origins.includes(origin) || !/^[\x21-\x7e]+$/.test(origin)) return '';
  return `Access-Control-Allow-Origin: ${origin}\r\nVary: Origin\r\n${
    credentials ? 'Access-Control-Allow-Credentials: true\r\n' : ''
  }`;
}

function varying(fields: string): string {
  const vary = fieldValue(fields, 'vary').toLowerCase();
  return vary === '*' || vary.split(',').some((name) => name.trim() === 'origin')
    ? fields
    : `${fields}Vary: Origin\r\n`;
}
