/** How a host fares, in words: what browsers are shown, what comes next, and what a person has to do. */

import type { Certificate, HostSecurity, HostState } from '../../shared/certificates/contract.ts';
import { isTrusted } from './book.ts';
import type { HostRecord } from './host-store.ts';
import { isPublicName } from './public-name.ts';
import { renewAt } from './schedule.ts';

export interface HostFacts {
  readonly record: HostRecord;
  readonly shown: Certificate | null;
  /** Whether an authority was set up. */
  readonly authority: boolean;
  /** An authority of one's own signs for any name. */
  readonly ownAuthority: boolean;
  /** Whether an order for it runs now. */
  readonly ordering: boolean;
  readonly now: number;
}

export function hostSecurity(facts: HostFacts): HostSecurity {
  const { record, shown } = facts;
  const good = isTrusted(shown) && (shown?.notAfter ?? 0) > facts.now;
  const said = good && shown !== null ? whileGood(facts, shown) : whileNot(facts);
  return { host: record.host, certificate: shown, rules: record.rules, ...said };
}

type Said = Pick<HostSecurity, 'state' | 'message' | 'todo' | 'nextAt'>;

function whileGood({ record, ordering, now }: HostFacts, shown: Certificate): Said {
  const until = day(shown.notAfter);
  if (ordering) return said('renewing', `Secure until ${until}; a new certificate is on its way`, null, null);
  if (shown.kind === 'manual') {
    const left = shown.notAfter - now;
    const soon = left < (shown.notAfter - shown.notBefore) / 3;
    return said(
      'secure',
      `Secure until ${until}, with a certificate that was uploaded`,
      soon ? 'Upload its successor, or remove it and let one be ordered.' : null,
      null,
    );
  }
  const at = Math.max(renewAt(shown), record.nextAt);
  if (record.problem !== null) {
    const { message, todo } = record.problem;
    return said('secure', `Secure until ${until}; renewing failed: ${message}`, todo, at);
  }
  return said('secure', `Secure until ${until}, signed by ${shown.issuer}`, null, at);
}

function whileNot({ record, shown, authority, ownAuthority, ordering, now }: HostFacts): Said {
  const { host, rules, problem, nextAt } = record;
  if (ordering) return said('ordering', 'A certificate is on its way', null, null);
  if (!isPublicName(host) && !ownAuthority) {
    return said(
      'private',
      'This name means something on this network only, so its certificate is self-signed',
      null,
      null,
    );
  }
  if (!authority) {
    return said(
      'blocked',
      `Browsers warn of its ${shown === null ? 'missing' : 'self-signed'} certificate: no authority was agreed to`,
      'Set one up once, with `windlass certs setup --email YOU@EXAMPLE.COM --agree-to-terms`.',
      null,
    );
  }
  if (host.startsWith('*.') && rules.challenge === 'http-01') {
    return said(
      'blocked',
      'Authorities sign for a wildcard only where its DNS answers for it',
      'Name a DNS provider for it: `windlass certs rules HOST --challenge dns-01 --provider NAME`.',
      null,
    );
  }
  if (problem === null) return said('ordering', 'A certificate will be ordered', null, Math.max(now, nextAt));
  return said(problem.passing ? 'waiting' : 'blocked', problem.message, problem.todo, nextAt);
}

function said(state: HostState, message: string, todo: string | null, nextAt: number | null): Said {
  return { state, message, todo, nextAt };
}

const day = (at: number) => new Date(at).toISOString().slice(0, 10);
