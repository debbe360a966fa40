/** Shorter ways to instances than the address that is stored. Known to this process alone: tomorrow they may be another's. */

import type { Shortcut, Target } from '../../shared/proxy/backend.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

/** A shortcut while it leads to one instance. */
export class Way implements Shortcut {
  /** Connections that are being made; told where it ends, as nothing answers at an address that is nobody's. */
  readonly opening = new Set<UpstreamConnection>();

  constructor(
    readonly host: string,
    readonly port: number,
    public open: boolean,
  ) {}
}

export class Shortcuts {
  /** By instance. */
  readonly #ways = new Map<string, Way>();
  readonly #listeners = new Set<(instance: string, shortcut: Shortcut | null) => void>();

  /** Where a new connection goes instead of the target's own address; null for no shortcut. */
  to(target: Target): Way | null {
    const way = this.#ways.get(target.id);
    return way?.open === true ? way : null;
  }

  /** Whether an idle connection goes where a new one might. */
  suits(connection: UpstreamConnection): boolean {
    const way = this.#ways.get(connection.target.id);
    if (way === undefined) return connection.way === null;
    return connection.way === way || (connection.way === null && !way.open);
  }

  /** From this call on nobody new is sent to an address that `shortcut` does not have open. */
  set(instance: string, shortcut: Shortcut | null): void {
    const way = this.#ways.get(instance);
    if (shortcut === null && way === undefined) return;
    if (shortcut !== null && way?.host === shortcut.host && way.port === shortcut.port) {
      way.open = shortcut.open;
    } else {
      if (shortcut === null) this.#ways.delete(instance);
      else this.#ways.set(instance, new Way(shortcut.host, shortcut.port, shortcut.open));
      for (const connection of [...(way?.opening ?? [])]) connection.failed('refused');
    }
    for (const listener of [...this.#listeners]) listener(instance, shortcut);
  }

  all(): [string, Shortcut][] {
    return [...this.#ways].map(([instance, { host, port, open }]) => [instance, { host, port, open }]);
  }

  onChange(listener: (instance: string, shortcut: Shortcut | null) => void): void {
    this.#listeners.add(listener);
  }
}
