/** Who can put a TXT record into the DNS for us. */

import { WindlassError } from '../../../shared/errors.ts';

export interface DnsProvider {
  /** Adds a value beside those that are there. Resolves to what removes it again. Throws `WindlassError`. */
  addText(name: string, value: string): Promise<() => Promise<void>>;
}

export type Settings = Readonly<Record<string, string>>;

/** Short, so that a wrong answer is soon forgotten. */
export const textTtl = 60;

/** Zones a name may be in, the longest first: `_acme-challenge.a.example.com` is in one of these or in none. */
export function zonesOf(name: string): string[] {
  const labels = name.split('.');
  return labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join('.'));
}

export function needed(settings: Settings, key: string, kind: string): string {
  const value = settings[key];
  if (value !== undefined && value !== '') return value;
  throw new WindlassError('invalid', `the DNS provider ${kind} needs ${key}`, {
    hint: 'Give it with the others, like `windlass certs provider NAME KIND token=-`; `windlass help certs` says what each kind needs.',
  });
}

export function noZone(kind: string, name: string): WindlassError {
  return new WindlassError('not-found', `${kind} has no zone for ${name.replace(/^_acme-challenge\./, '')}`, {
    hint: 'Check that the token may see the zone, and that the domain is managed there.',
  });
}
