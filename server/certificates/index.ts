/** Certificates as a feature: what each host shows over TLS, ordered and renewed by itself or uploaded by hand. */

import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { AuthorityStore } from './authority-store.ts';
import { CertificateBook } from './book.ts';
import { CertificateStore } from './certificate-store.ts';
import { Challenges } from './challenges.ts';
import { certificateChecks } from './checks.ts';
import { certificateHandlers } from './handlers.ts';
import { HostStore } from './host-store.ts';
import { Keeper } from './keeper.ts';
import { certificateMigrations } from './schema.ts';

export { certificateMigrations as migrations } from './schema.ts';

export type CertificatesKernel = Pick<Kernel, 'clock' | 'log' | 'store' | 'secrets' | 'events'>;

export interface CertificatesOptions {
  /** Hosts and wildcards that lead somewhere. */
  served(): ReadonlySet<string>;
  /** The port HTTPS is served on; null where it is not. */
  port(): number | null;
  /** Other certificates are shown from now on, or hosts want to be visited in another way. */
  changed?(): void;
  /** The program that speaks ACME, see `acme/acme-process.ts`. */
  readonly acmeCommand: readonly string[];
  /** The port an authority asks over HTTP. Default 80 (RFC 8555, 8.3). */
  readonly challengePort?: number;
  /** For one answer of an authority, ms. */
  readonly answerMs?: number;
}

export interface Certificates {
  readonly feature: Feature;
  /** For the edge, which finds it fit for its TLS listener. */
  readonly book: CertificateBook;
  readonly challenges: Challenges;
  readonly keeper: Keeper;
}

export function createCertificates(kernel: CertificatesKernel, options: CertificatesOptions): Certificates {
  const { clock, store: db, secrets, events } = kernel;
  const log = kernel.log.child('certificates');
  const { served, port } = options;
  const store = new CertificateStore(db, secrets);
  const hosts = new HostStore(db);
  const authorities = new AuthorityStore(db, secrets);
  const challenges = new Challenges();
  const book = new CertificateBook({
    store,
    hosts,
    clock,
    served,
    onFollowed: () => options.changed?.(),
  });
  const keeper = new Keeper({
    store,
    hosts,
    authorities,
    challenges,
    book,
    clock,
    log,
    served,
    command: options.acmeCommand,
    challengePort: options.challengePort ?? 80,
    ...(options.answerMs === undefined ? {} : { answerMs: options.answerMs }),
    notice: (notice) => events.emit('notice', notice),
  });
  let stopListening = () => {};
  const follow = () => {
    book.follow();
    keeper.look();
  };
  return {
    book,
    challenges,
    keeper,
    feature: {
      name: 'certificates',
      migrations: certificateMigrations,
      checks: certificateChecks({ served, keeper }),
      contract: async () => (await import('../../shared/certificates/contract.ts')).certificatesContract,
      handlers: certificateHandlers({
        store,
        hosts,
        authorities,
        book,
        keeper,
        served,
        port,
        now: () => clock.now(),
      }),
      async start() {
        stopListening = events.on('hosts.changed', follow);
        follow();
      },
      async stop() {
        stopListening();
        await keeper.stop();
      },
    },
  };
}
