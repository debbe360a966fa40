/**
 * The forwarders of a server: processes that listen on the same ports and send requests on by themselves, by one route
 * table that all change to at once. One that dies, hangs or falls behind is done without.
 */

import type { Log } from '../../kernel/log.ts';
import type { DataPath } from '../data-path.ts';
import type { Limits } from '../limits.ts';
import type { Drained } from '../live-backend.ts';
import type { AwayReason } from '../requests/turned-away.ts';
import type { AccessEntry, RouteTable } from '../service.ts';
import type { Shortcuts } from '../shortcuts.ts';
import { Agreement } from './agreement.ts';
import { Drains } from './drains.ts';
import { entryOf } from './entry-row.ts';
import { ForwarderLink } from './forwarder-link.ts';
import { HeldTable, Latch } from './held-table.ts';
import type { FromForwarder } from './messages.ts';
import { RelayDoor } from './relay-door.ts';
import type { CertificateCopy, Snapshot } from './snapshot.ts';

export interface ForwardersOptions {
  readonly command: readonly string[];
  readonly hostname: string;
  readonly http: number;
  readonly https: number | null;
  readonly limits: Limits;
  /** Path for the socket by which connections are handed over. */
  readonly door: string;
  readonly path: Pick<DataPath, 'add' | 'shareRoom'>;
  readonly log: Log;
  readonly shortcuts: Shortcuts;
  table(): RouteTable;
  snapshot(version: number): Snapshot;
  /** What `changedServices` says now. */
  changedServices(): string;
  certificates(): CertificateCopy | null;
  monotonic(): number;
  record(entry: AccessEntry): void;
  turnedAway(reason: AwayReason, count: number): void;
}

/** A forwarder that has not got a new table by then is killed: all others wait for it. */
const agreeMs = 2_000;
/** Nor is one waited for that says nothing at all. */
const silentMs = 10_000;
const idleGraceMs = 500;

export class Forwarders {
  readonly #options: ForwardersOptions;
  readonly #door: RelayDoor;
  readonly #agreement = new Agreement<ForwarderLink>();
  readonly #drains = new Drains<ForwarderLink>();
  readonly #links = new Set<ForwarderLink>();
  #certificates: CertificateCopy | null;
  #latch: Latch | null = null;
  #late: ReturnType<typeof setTimeout> | null = null;
  #dirty = false;
  /** As the forwarders know it. */
  #changedServices = '';
  /** The table while it is held; null while requests go. */
  held: RouteTable | null = null;

  /** Throws what the system says where the socket for what is handed over cannot be made. */
  constructor(options: ForwardersOptions) {
    this.#options = options;
    this.#door = options.path.add((context) => new RelayDoor(context, options.door));
    this.#certificates = options.certificates();
    options.shortcuts.onChange((instance, shortcut) => {
      for (const link of this.#links) link.say({ kind: 'shortcut', instance, shortcut });
    });
  }

  /** All there are, those included that come up or go. */
  get count(): number {
    return this.#links.size;
  }

  /** Those that take requests. */
  get forwarding(): number {
    return [...this.#links].filter(({ open }) => open).length;
  }

  /** Client connections that forwarders hold. */
  get connections(): number {
    return [...this.#links].reduce((sum, { connections }) => sum + connections, 0) - this.#door.connections;
  }

  /** Processor time of each since its start, ms, of those that stay. */
  busy(): ReadonlyMap<number, number> {
    return new Map(
      [...this.#links].filter(({ leaving }) => !leaving).map(({ pid, busyMs }) => [pid, busyMs]),
    );
  }

  inFlight(service: string): number {
    return [...this.#links].reduce((sum, { inFlight }) => sum + (inFlight.get(service) ?? 0), 0);
  }

  /** Throws what the system says where a process cannot be started. */
  start(): void {
    const { command, hostname, http, https, limits, door } = this.#options;
    const link = new ForwarderLink({
      command,
      hear: (from, message) => this.#hear(from, message),
      onEnd: (from, how) => this.#ended(from, how),
    });
    link.heardAt = this.#options.monotonic();
    this.#links.add(link);
    this.#agreement.join(link);
    link.say({
      kind: 'begin',
      hostname,
      http,
      https,
      door,
      limits,
      certificates: this.#certificates,
      snapshot: this.#snapshot(this.#agreement.version),
      shortcuts: this.#options.shortcuts.all(),
    });
    this.#shareRoom();
  }

  /** The routes are others now: from here on requests are held until everybody has them. */
  changed(): void {
    if (this.#links.size === 0 || this.#dirty) return;
    this.#dirty = true;
    this.#latch ??= new Latch();
    this.held ??= new HeldTable(this.#options.table, this.#latch);
    // Several changes of one moment are one table.
    queueMicrotask(() => this.#publish());
  }

  certificatesChanged(): void {
    if (this.#links.size === 0) return;
    const copy = this.#options.certificates();
    this.#certificates = copy;
    if (copy !== null) for (const link of this.#links) link.say({ kind: 'certificates', copy });
  }

  /** Resolves once every process goes by the newest table. */
  settled(): Promise<void> {
    return this.#latch?.opened ?? Promise.resolve();
  }

  /** Waits for requests of the service on what served it before the newest table. */
  async drain(service: string, timeoutMs: number): Promise<Drained> {
    await this.settled();
    return this.#drains.begin([...this.#links], (link, id) =>
      link.say({ kind: 'drain', id, service, timeoutMs }),
    );
  }

  /** Kills those that say nothing any more, and sees whose pages features change. Called once a second while there are any. */
  watch(): void {
    if (this.#links.size > 0 && this.#options.changedServices() !== this.#changedServices) this.changed();
    const now = this.#options.monotonic();
    for (const link of this.#links) {
      if (now - link.heardAt < silentMs) continue;
      this.#options.log.error('a forwarder says nothing any more and is killed', { pid: link.pid });
      link.kill();
    }
  }

  /** The youngest accepts no more, lets requests finish, and goes. */
  endOne(graceMs: number): Promise<void> {
    const link = [...this.#links].findLast(({ leaving }) => !leaving);
    return link === undefined ? Promise.resolve() : this.#end(link, graceMs);
  }

  /** All go. Connections are still taken over meanwhile: what a forwarder cannot answer must go somewhere. */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([...this.#links].map((link) => this.#end(link, graceMs)));
    this.#door.stopAccepting();
  }

  async #end(link: ForwarderLink, graceMs: number): Promise<void> {
    link.leaving = true;
    link.say({ kind: 'leave', graceMs });
    const closing = setInterval(() => this.#door.closeIdleOf(link.pid), idleGraceMs);
    const kill = setTimeout(() => link.kill(), graceMs + agreeMs);
    await link.ended;
    clearInterval(closing);
    clearTimeout(kill);
  }

  /** All processes together never have more connections than one alone may. */
  #shareRoom(): void {
    const parts = this.#links.size + 1;
    this.#options.path.shareRoom(parts);
    for (const link of this.#links) link.say({ kind: 'share', parts });
  }

  #snapshot(version: number): Snapshot {
    this.#changedServices = this.#options.changedServices();
    return this.#options.snapshot(version);
  }

  #publish(): void {
    this.#dirty = false;
    try {
      const snapshot = this.#snapshot(this.#agreement.begin());
      for (const link of this.#links) link.say({ kind: 'routes', snapshot });
    } catch (error) {
      this.#options.log.error('the routes cannot be told to forwarders; they are ended', { error });
      for (const link of this.#links) link.kill();
    }
    if (this.#late !== null) clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      for (const link of this.#agreement.late()) {
        this.#options.log.error('a forwarder does not take new routes and is killed', { pid: link.pid });
        link.kill();
      }
    }, agreeMs);
    this.#agree();
  }

  /** Lets requests go where everybody has the newest table. */
  #agree(): void {
    if (this.#dirty) return;
    const ready = this.#agreement.go();
    if (!this.#agreement.reached) return;
    if (this.#late !== null) clearTimeout(this.#late);
    this.#late = null;
    this.held = null;
    this.#latch?.open();
    this.#latch = null;
    for (const link of ready) link.say({ kind: 'go', version: this.#agreement.version });
  }

  #hear(link: ForwarderLink, message: FromForwarder): void {
    link.heardAt = this.#options.monotonic();
    switch (message.kind) {
      case 'has':
        this.#agreement.has(link, message.version);
        this.#agree();
        return;
      case 'open':
        link.open = true;
        return;
      case 'drained':
        this.#drains.done(link, message.id, { finished: message.finished, cut: message.cut });
        return;
      case 'batch':
        this.#take(message);
        link.say({ kind: 'taken' });
        return;
      case 'pulse':
        link.busyMs = message.busyMs;
        link.connections = message.connections;
        link.inFlight = new Map(message.inFlight);
        return;
      case 'how-ended':
        link.say({ kind: 'ended', id: message.id, cut: this.#door.wasCut(message.id) });
        return;
      case 'log':
        this.#options.log[message.level](message.message, { ...message.fields, forwarder: link.pid });
    }
  }

  #take({ entries, turnedAway, dropped }: Extract<FromForwarder, { kind: 'batch' }>): void {
    for (const row of entries) this.#options.record(entryOf(row));
    for (const [reason, count] of turnedAway) this.#options.turnedAway(reason, count);
    if (dropped > 0) {
      this.#options.log.warn('a forwarder had more lines of the access log than were taken', { dropped });
    }
  }

  #ended(link: ForwarderLink, how: string): void {
    this.#links.delete(link);
    this.#agreement.leave(link);
    this.#drains.gone(link);
    this.#shareRoom();
    if (!link.leaving) {
      this.#options.log.error('a forwarder ended by itself; its open connections are lost', {
        pid: link.pid,
        how,
      });
    }
    this.#agree();
  }
}
