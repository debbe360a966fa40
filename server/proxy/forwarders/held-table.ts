/** A route table while not every process has it yet: what it leads to is held, as by a pause of some milliseconds. */

import type { Admission, Lease, Match, RouteTable, Service } from '../service.ts';

/** Opens once. */
export class Latch {
  readonly opened: Promise<void>;
  #open = false;
  readonly #resolve: () => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.opened = promise;
    this.#resolve = resolve;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    this.#resolve();
  }
}

export class HeldTable implements RouteTable {
  /** `table` is asked anew each time: where the routes change again while they are held, the newest count. */
  constructor(
    private readonly table: () => RouteTable,
    private readonly latch: Latch,
  ) {}

  match(host: string, path: string): Match | null {
    const match = this.table().match(host, path);
    return match === null
      ? null
      : { service: new HeldService(match.service, this.latch), route: match.route };
  }

  site(host: string): Service | null {
    return this.table().site(host);
  }

  endpoint(host: string): string | null {
    return this.table().endpoint(host);
  }
}

class HeldService implements Service {
  constructor(
    private readonly service: Service,
    private readonly latch: Latch,
  ) {}

  get key(): string {
    return this.service.key;
  }

  get healthPath(): string {
    return this.service.healthPath;
  }

  get release(): number | null {
    return this.service.release;
  }

  get rules(): Service['rules'] {
    return this.service.rules;
  }

  admit(): Admission {
    if (this.latch.isOpen) return this.service.admit();
    let left = false;
    return {
      kind: 'wait',
      until: new Promise((resolve) => {
        void this.latch.opened.then(() => {
          if (!left) resolve('go');
        });
      }),
      leave() {
        left = true;
      },
    };
  }

  hold(lease: Lease): ReturnType<Service['hold']> {
    return this.service.hold(lease);
  }
}
