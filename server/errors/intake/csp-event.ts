/** Reports of browsers (CSP, and those of the Reporting API) as events: one issue for each directive and origin. Pure. */

import { objectOf, textOf } from '../event/text.ts';
import type { Json } from '../wire/envelope.ts';

/** Null where the bytes are no such report. Of a list only the first counts: browsers send lists of one. */
export function cspEvent(bytes: Uint8Array): Json | null {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
  const raw = objectOf(Array.isArray(value) ? value[0] : value);
  const report = objectOf(
    raw['csp-report'] ?? raw.body ?? raw['expect-ct-report'] ?? raw['expect-staple-report'],
  );
  const pick = (...names: string[]) =>
    names.map((name) => textOf(report[name], 1000)).find((text) => text !== '') ?? '';
  const directive = (
    pick('effective-directive', 'effectiveDirective', 'violated-directive').split(' ', 1)[0] ?? ''
  ).slice(0, 60);
  if (directive === '') return null;
  const blocked = originOf(pick('blocked-uri', 'blockedURL'));
  const page = pick('document-uri', 'documentURL');
  return {
    platform: 'other',
    logger: 'csp',
    level: 'warning',
    message: `Blocked ${directive} from ${blocked}`,
    fingerprint: ['csp', directive, blocked],
    tags: { directive, blocked },
    request: { url: page },
    extra: report,
  };
}

function originOf(uri: string): string {
  if (uri === '' || uri === 'self' || uri === 'inline' || uri === 'eval') return uri || 'self';
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(uri)?.[0] ?? uri.split(':', 1)[0] ?? uri;
}
