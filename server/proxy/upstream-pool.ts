/** Idle connections to apps, kept for the next request: few, young, and forgotten with their target. */

import type { Target } from '../../shared/proxy/backend.ts';
import type { Limits } from './limits.ts';
import type { Shortcuts } from './shortcuts.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

export class UpstreamPool {
  /** Per target id, the most recently used last: that one is the least likely to be closed by the app. */
  readonly #idle = new Map<string, UpstreamConnection[]>();

  constructor(
    private readonly limits: Pick<Limits, 'upstreamIdle' | 'upstreamIdleMs'>,
    private readonly shortcuts: Shortcuts,
  ) {}

  /** An idle connection to `target`, unused for at most `maxIdleMs`; null where there is none. `now` is monotonic ms. */
  take(target: Target, now: number, maxIdleMs = this.limits.upstreamIdleMs): UpstreamConnection | null {
    const idle = this.#idle.get(target.id);
    let connection = idle?.at(-1);
    while (idle !== undefined && connection !== undefined && now - connection.idleSince <= maxIdleMs) {
      idle.pop();
      // An instance that was restarted may answer on another port under the same id.
      const same = connection.target.port === target.port && connection.target.host === target.host;
      if (same && !connection.closed && this.shortcuts.suits(connection)) return connection;
      connection.close();
      connection = idle.at(-1);
    }
    return null;
  }

  /** Keeps a released connection. */
  put(connection: UpstreamConnection, now: number): void {
    const id = connection.target.id;
    let idle = this.#idle.get(id);
    if (idle === undefined) {
      idle = [];
      this.#idle.set(id, idle);
    }
    if (idle.length >= this.limits.upstreamIdle) {
      connection.close();
      return;
    }
    connection.idleSince = now;
    connection.onGone ??= (gone) => this.#remove(gone);
    idle.push(connection);
  }

  /** Closes every idle connection to a target that left. */
  forget(targetId: string): void {
    const idle = this.#idle.get(targetId);
    this.#idle.delete(targetId);
    for (const connection of idle ?? []) connection.close();
  }

  /** Closes what has been idle too long. */
  sweep(now: number): void {
    for (const [id, idle] of this.#idle) {
      while (idle[0] !== undefined && now - idle[0].idleSince > this.limits.upstreamIdleMs)
        idle.shift()?.close();
      if (idle.length === 0) this.#idle.delete(id);
    }
  }

  close(): void {
    for (const id of [...this.#idle.keys()]) this.forget(id);
  }

  /** Idle connections now, over all targets. */
  get size(): number {
    let size = 0;
    for (const idle of this.#idle.values()) size += idle.length;
    return size;
  }

  #remove(connection: UpstreamConnection): void {
    const idle = this.#idle.get(connection.target.id);
    const at = idle?.indexOf(connection) ?? -1;
    if (at !== -1) idle?.splice(at, 1);
  }
}
