/** Keeps every host in a certificate: orders what is missing, renews what ages, one order at a time. */

import type { Certificate, HostSecurity } from '../../shared/certificates/contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Notice } from '../kernel/notice.ts';
import { type CertificateBook, isTrusted } from './book.ts';
import type { CertificateStore } from './certificate-store.ts';
import { hostSecurity } from './host-state.ts';
import type { HostRecord, HostStore } from './host-store.ts';
import { type OrderOptions, type Outcome, placeOrder } from './place-order.ts';
import { readChain } from './read-chain.ts';
import { renewAt, retryAt } from './schedule.ts';

export interface KeeperOptions extends Omit<OrderOptions, 'now'> {
  readonly store: CertificateStore;
  readonly hosts: HostStore;
  readonly book: CertificateBook;
  readonly clock: Clock;
  readonly log: Log;
  served(): ReadonlySet<string>;
  notice(notice: Notice): void;
}

/** The wall clock may jump, and certificates that were uploaded age too. */
const longestSleepMs = 3_600_000;

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #ordering: string | null = null;
  #running: Promise<void> | null = null;
  /** Asked for by hand: goes before its time. */
  readonly #wanted = new Set<string>();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Looks what is due, and again when the next thing is. */
  look(): void {
    if (this.#abort.signal.aborted || this.#running !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const due = this.#due();
    if (due.host !== null) {
      this.#running = this.#order(due.host).finally(() => {
        this.#running = null;
        this.look();
      });
      return;
    }
    if (due.at === null) return;
    const wait = Math.min(longestSleepMs, Math.max(1_000, due.at - this.#options.clock.now()));
    this.#timer = setTimeout(() => this.look(), wait);
    this.#timer.unref();
  }

  /** Orders for the host as soon as the order under way is over, whatever was waited for. */
  want(host: string): void {
    this.#wanted.add(host);
    this.look();
  }

  security(host: string): HostSecurity {
    return this.#securityOf(this.#options.hosts.find(host));
  }

  /** Resolves once no order runs. For tests and for whoever waits for an outcome. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #due(): { host: string | null; at: number | null } {
    const { clock, hosts, served } = this.#options;
    const now = clock.now();
    let at: number | null = null;
    for (const host of served()) {
      const record = hosts.find(host);
      const next = this.#nextFor(record);
      if (next === null) continue;
      if (next <= now) return { host, at };
      at = Math.min(at ?? next, next);
    }
    return { host: null, at };
  }

  /** When to order for it, ms since the epoch; null for never. */
  #nextFor(record: HostRecord): number | null {
    const { state, nextAt } = this.#securityOf(record);
    if (state === 'private' || nextAt === null) return null;
    if (this.#wanted.has(record.host)) return 0;
    const shown = this.#options.book.shown(record.host);
    if (!isTrusted(shown) || shown === null) return record.nextAt;
    // A wildcard that was ordered for its own sake serves its hosts too, and is renewed as itself.
    if (shown.kind !== 'acme' || !shown.names.includes(record.host)) return null;
    return Math.max(renewAt(shown), record.nextAt);
  }

  #securityOf(record: HostRecord): HostSecurity {
    const { authorities, book, clock } = this.#options;
    const authority = authorities.find();
    return hostSecurity({
      record,
      shown: book.shown(record.host),
      authority: authority !== null,
      ownAuthority: (authority?.trust ?? '') !== '',
      ordering: this.#ordering === record.host,
      now: clock.now(),
    });
  }

  async #order(host: string): Promise<void> {
    const { hosts, clock, log, authorities } = this.#options;
    const record = hosts.find(host);
    const authority = authorities.find();
    this.#wanted.delete(host);
    if (authority === null) return;
    this.#ordering = host;
    try {
      log.info('a certificate is ordered', { host, challenge: record.rules.challenge });
      const outcome = await placeOrder(
        record,
        authority,
        { ...this.#options, now: () => clock.now() },
        this.#abort.signal,
      );
      if (this.#abort.signal.aborted) return;
      this.#keep(record, outcome);
    } catch (error) {
      log.error('an order for a certificate broke off', { host, error });
      this.#failed(
        record,
        { message: 'the order broke off; the server log has the details', todo: null, passing: true },
        null,
      );
    } finally {
      this.#ordering = null;
    }
  }

  #keep(record: HostRecord, outcome: Outcome): void {
    const { store, hosts, book, log } = this.#options;
    const { host } = record;
    if (outcome.kind === 'failed') {
      this.#failed(record, outcome.problem, outcome.retryAfterMs);
      return;
    }
    const certificate = store.add('acme', readChain(outcome.chain, outcome.key), outcome.key);
    hosts.putOutcome(host, { failures: 0, nextAt: 0, problem: null });
    book.follow();
    log.info('a certificate was issued', { host, issuer: certificate.issuer, until: certificate.notAfter });
    this.#tell(host, record.failures > 0 ? 'resolved' : 'news', certificate);
  }

  #failed(
    record: HostRecord,
    problem: NonNullable<HostRecord['problem']>,
    retryAfterMs: number | null,
  ): void {
    const { hosts, clock, log } = this.#options;
    const failures = record.failures + 1;
    const nextAt = retryAt(failures, clock.now(), retryAfterMs);
    hosts.putOutcome(record.host, { failures, nextAt, problem });
    log.warn('no certificate was issued', { host: record.host, why: problem.message, next: nextAt });
    if (failures === 1) this.#tell(record.host, 'opened', null, problem);
  }

  #tell(
    host: string,
    state: Notice['state'],
    certificate: Certificate | null,
    problem: HostRecord['problem'] = null,
  ): void {
    const until = certificate === null ? '' : new Date(certificate.notAfter).toISOString().slice(0, 10);
    this.#options.notice({
      kind: certificate === null ? 'certificate.failed' : 'certificate.issued',
      subject: `certificate:${host}`,
      state,
      severity: certificate === null ? 'warning' : 'info',
      app: null,
      environment: null,
      release: null,
      title: certificate === null ? `No certificate for ${host}` : `${host} has a certificate until ${until}`,
      text:
        problem === null
          ? `It was signed by ${certificate?.issuer}.`
          : `${problem.message}. ${problem.todo ?? ''}`.trim(),
      at: this.#options.clock.now(),
    });
  }
}
