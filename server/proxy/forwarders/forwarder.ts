/**
 * The data path of a forwarder: routes as main last said, requests to instances by itself, everything else handed over.
 */

import { AddressSet, requireRange } from '../../../shared/proxy/address-range.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import { createDataPath, type DataPath } from '../data-path.ts';
import type { Drained } from '../live-backend.ts';
import { openPorts } from '../open-ports.ts';
import { probeTarget } from '../probe.ts';
import { type AwayReason, TurnedAway } from '../requests/turned-away.ts';
import { ServiceRules } from '../rules/service-rules.ts';
import { holdMs, Services } from '../services.ts';
import { Shortcuts } from '../shortcuts.ts';
import { TlsContexts } from '../tls/tls-contexts.ts';
import type { Batches } from './batches.ts';
import { Belongings } from './belongs-to-main.ts';
import { CopiedCertificates } from './copied-certificates.ts';
import { HeldTable, Latch } from './held-table.ts';
import type { ToForwarder } from './messages.ts';
import { RelayTunnel } from './relay-tunnel.ts';
import type { CertificateCopy, ForwardedService, Snapshot } from './snapshot.ts';

export interface ForwarderOptions {
  readonly orders: Extract<ToForwarder, { kind: 'begin' }>;
  readonly batches: Batches;
  readonly log: Log;
  /** Whether main cut this connection. */
  wasCut(id: number): Promise<boolean>;
}

/** Counts in the main process. */
class ToldTurnedAway extends TurnedAway {
  constructor(private readonly tell: (reason: AwayReason) => void) {
    super();
  }

  override note(reason: AwayReason): void {
    this.tell(reason);
  }
}

/** For an instance's answer to a probe, ms, and between two of one that failed. */
const probeMs = 5000;
const reprobeMs = 1000;

/** No rule that a forwarder keeps is signed. */
const noSecret = new Uint8Array(32);

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #path: DataPath;
  readonly #services: Services;
  readonly #certificates: CopiedCertificates | null;
  readonly shortcuts = new Shortcuts();
  #rules = new Map<string, { text: string; rules: ServiceRules | null }>();
  #backends = new Map<string, string>();
  #belongings: Belongings;
  #trusted = new AddressSet([]);
  #latch = new Latch();
  #table: HeldTable | null = null;
  #version = -1;
  #relayed = 0;
  /** The ports are open, or were, or will not be any more. */
  #listening = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    const { orders, batches, log } = options;
    for (const [instance, shortcut] of orders.shortcuts) this.shortcuts.set(instance, shortcut);
    this.#belongings = new Belongings(orders.snapshot);
    const strict = (host: string) => this.#belongings.mannersOf(host)?.strict ?? null;
    this.#certificates =
      orders.certificates === null ? null : new CopiedCertificates(orders.certificates, strict);
    this.#services = new Services({
      clock: systemClock,
      reprobeMs,
      answers: async ({ givenHost, healthPath }, target) =>
        (await probeTarget(this.shortcuts.to(target) ?? target, givenHost, healthPath || '/', probeMs))
          .kind === 'answered',
      onHealth: (service, target, healthy) =>
        log.info(healthy ? 'an instance answers again' : 'an instance does not answer', {
          service,
          target: target.id,
        }),
      rulesOf: (service) => this.#rules.get(service)?.rules ?? null,
      onTargetGone: (target) => this.#path.forgetTarget(target.id),
    });
    this.#path = createDataPath({
      table: () => this.#table ?? this.#services.table,
      turnedAway: new ToldTurnedAway((reason) => batches.turnedAway(reason)),
      trusted: { has: (address) => this.#trusted.has(address) },
      log: { record: (entry) => batches.record(entry) },
      errorLog: log,
      strictTransport: strict,
      shortcuts: this.shortcuts,
      probeToken: crypto.randomUUID(),
      limits: orders.limits,
      handOver: {
        wants: (head, scheme) =>
          this.#belongings.belongsToMain(head, scheme, this.#table ?? this.#services.table),
        open: (visitor, scheme, localAddress) =>
          new RelayTunnel(visitor, {
            door: orders.door,
            wasCut: options.wasCut,
            preface: {
              id: process.pid * 1e9 + this.#relayed++,
              from: process.pid,
              scheme,
              remoteAddress: visitor.address,
              remotePort: visitor.port,
              localAddress,
            },
          }),
      },
    });
    this.follow(orders.snapshot);
  }

  /** Requests meet these routes from now on, and wait until `go`. */
  follow(snapshot: Snapshot): void {
    this.#version = snapshot.version;
    this.#latch = this.#table === null ? new Latch() : this.#latch;
    this.#table ??= new HeldTable(() => this.#services.table, this.#latch);
    this.#belongings = new Belongings(snapshot);
    this.#trusted = new AddressSet(snapshot.trusted.map(requireRange));
    this.#followRules(snapshot.services);
    this.#services.sync(
      snapshot.services.map((service) => ({
        ...service,
        gate: { kind: 'flowing' },
        // Those that belong to main: what was let in here before waits for the next table that has it.
        asleep: service.backend === null,
        routes: service.routes.map((route) => ({ ...route, origin: 'added' })),
      })),
    );
    this.#swap(snapshot.services);
  }

  /** Everybody has this version. Throws where a port cannot be had. */
  go(version: number): void {
    if (version !== this.#version) return;
    this.#table = null;
    this.#latch.open();
    if (this.#listening) return;
    this.#listening = true;
    const { hostname, http, https } = this.#options.orders;
    const tls = this.#certificates === null ? null : new TlsContexts(this.#certificates);
    openPorts(this.#path, {
      hostname,
      http,
      https: https === null || tls === null ? null : { port: https, tls },
      takeOver: true,
    });
  }

  show(copy: CertificateCopy): void {
    this.#certificates?.replace(copy);
  }

  async drain(service: string, timeoutMs: number): Promise<Drained> {
    return (await this.#services.get(service)?.drain(timeoutMs)) ?? { finished: 0, cut: 0 };
  }

  shareRoom(parts: number): void {
    this.#path.shareRoom(parts);
  }

  get connections(): number {
    return this.#path.connections;
  }

  inFlight(): [string, number][] {
    return [...this.#services.all()]
      .map(({ key, inFlight }): [string, number] => [key, inFlight])
      .filter(([, count]) => count > 0);
  }

  async leave(graceMs: number): Promise<void> {
    this.#listening = true;
    this.#table = null;
    this.#latch.open();
    await Promise.all([this.#path.stop(graceMs), this.#services.shutDown(graceMs)]);
  }

  #followRules(services: readonly ForwardedService[]): void {
    const before = this.#rules;
    this.#rules = new Map(
      services.map(({ key, rules }) => {
        const text = JSON.stringify(rules);
        const same = before.get(key);
        if (same?.text === text) return [key, same];
        return [key, { text, rules: rules === null ? null : new ServiceRules(key, rules, [], noSecret) }];
      }),
    );
  }

  #swap(services: readonly ForwardedService[]): void {
    const before = this.#backends;
    this.#backends = new Map(services.map(({ key, backend }) => [key, JSON.stringify(backend)]));
    for (const { key, backend } of services) {
      const known = before.get(key);
      if (known === undefined || known === this.#backends.get(key)) continue;
      if (backend === null) this.#services.get(key)?.lieDown(holdMs);
      else this.#services.swap(key, backend);
    }
  }
}
