/** The certificates' methods of the control socket. */

import { X509Certificate } from 'node:crypto';
import { WindlassError } from '../../shared/errors.ts';
import { parseHostPattern } from '../../shared/proxy/host-pattern.ts';
import type { Handlers } from '../kernel/feature.ts';
import type { AuthorityStore } from './authority-store.ts';
import type { CertificateBook } from './book.ts';
import type { CertificateStore } from './certificate-store.ts';
import type { HostStore } from './host-store.ts';
import type { Keeper } from './keeper.ts';
import { readChain } from './read-chain.ts';
import { createDns } from './resolve.ts';

export interface HandlerOptions {
  readonly store: CertificateStore;
  readonly hosts: HostStore;
  readonly authorities: AuthorityStore;
  readonly book: CertificateBook;
  readonly keeper: Keeper;
  served(): ReadonlySet<string>;
  port(): number | null;
  now(): number;
}

/** What is found out here is found out by a person, not by the first order. */
function mustWork(trust: string, resolver: string): void {
  try {
    if (trust !== '') new X509Certificate(trust);
  } catch (cause) {
    throw new WindlassError('invalid', 'the root to trust is no certificate', { hint: 'It is PEM.', cause });
  }
  try {
    createDns(resolver);
  } catch (cause) {
    throw new WindlassError('invalid', `${resolver} is no DNS server`, {
      hint: 'Write its address, and a port where it is not 53: `192.0.2.1:53`.',
      cause,
    });
  }
}

export function certificateHandlers(options: HandlerOptions): Handlers {
  const { store, hosts, authorities, book, keeper, served } = options;
  const changed = () => {
    book.follow();
    keeper.look();
  };
  const servedHost = (text: string): string => {
    const host = parseHostPattern(text);
    if (served().has(host)) return host;
    throw new WindlassError('not-found', `${host} leads to no app`, {
      hint: `Add it first: \`windlass domains APP add ${host}\`.`,
    });
  };

  return {
    'certificates.list': () => {
      const authority = authorities.find();
      return {
        hosts: [...served()].sort().map((host) => keeper.security(host)),
        certificates: store.all(),
        acme: authority === null ? null : { email: authority.email, directory: authority.directory },
        providers: authorities.providers(),
        port: options.port(),
      };
    },
    'certificates.setup': ({ email, directory, trust, resolver }) => {
      mustWork(trust, resolver);
      authorities.put({ email, directory, trust, resolver });
      // What failed with another authority, or for want of one, says nothing about this one.
      for (const record of hosts.all()) {
        hosts.putOutcome(record.host, { failures: 0, nextAt: 0, problem: null });
      }
      changed();
      return {};
    },
    'certificates.order': ({ host }) => {
      const known = servedHost(host);
      const before = keeper.security(known);
      if (before.state === 'private' || (before.state === 'blocked' && before.nextAt === null)) {
        throw new WindlassError('conflict', before.message, { hint: before.todo ?? undefined });
      }
      keeper.want(known);
      return keeper.security(known);
    },
    'certificates.upload': ({ chain, key }) => {
      const read = readChain(chain, key);
      if (read.notAfter <= options.now()) {
        throw new WindlassError(
          'invalid',
          `the certificate ended on ${new Date(read.notAfter).toISOString()}`,
          {
            hint: 'Upload its successor.',
          },
        );
      }
      const added = store.add('manual', read, key);
      changed();
      return added;
    },
    'certificates.remove': ({ id }) => {
      if (!store.remove(id)) {
        throw new WindlassError('not-found', `there is no certificate ${id}`, {
          hint: 'See `windlass certs`.',
        });
      }
      changed();
      return {};
    },
    'certificates.rules': ({ host, ...wanted }) => {
      const known = servedHost(host);
      const { rules, failures } = hosts.find(known);
      const next = {
        https: wanted.https ?? rules.https,
        hsts: wanted.hsts ?? rules.hsts,
        challenge: wanted.challenge ?? rules.challenge,
        provider: wanted.provider === undefined ? rules.provider : wanted.provider,
      };
      if (
        next.challenge === 'dns-01' &&
        (next.provider === null || authorities.provider(next.provider) === null)
      ) {
        throw new WindlassError('invalid', 'dns-01 needs a DNS provider', {
          hint: 'Add one with `windlass certs provider`, and name it with --provider.',
        });
      }
      hosts.putRules(known, next);
      const otherWay = next.challenge !== rules.challenge || next.provider !== rules.provider;
      if (otherWay && failures > 0) hosts.putOutcome(known, { failures: 0, nextAt: 0, problem: null });
      changed();
      return keeper.security(known);
    },
    'certificates.provider': async ({ name, kind, settings }) => {
      // Opened once, so that a setting that is missing is said now.
      const { openProvider } = await import('./dns/open-provider.ts');
      openProvider({ kind, settings }, options.now);
      authorities.putProvider({ name, kind, settings });
      changed();
      return {};
    },
    'certificates.forgetProvider': ({ name }) => {
      if (!authorities.removeProvider(name)) {
        throw new WindlassError('not-found', `there is no DNS provider ${name}`, {
          hint: 'See `windlass certs`.',
        });
      }
      return {};
    },
  };
}
