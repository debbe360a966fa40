/** Carries one WebSocket: to an instance that answers, until either side, or the drain of its backend, ends it. */

import type { Target } from '../../shared/proxy/backend.ts';
import type { DataPathContext } from './context.ts';
import type { RequestHead } from './http1/request-head.ts';
import { outgoingFields } from './outgoing-head.ts';
import type { Lease } from './service.ts';
import { openUpgrade, type Upgrade, type UpgradeEnd } from './upgrade.ts';
import type { Visitor } from './visitor.ts';

export class UpgradeRelay {
  readonly #context: DataPathContext;
  readonly #visitor: Visitor;
  readonly #head: RequestHead;
  readonly #lease: Lease;
  #upgrade: Upgrade | null = null;
  #draining = false;
  /** The instance asked last. */
  target: Target | null = null;

  constructor(context: DataPathContext, visitor: Visitor, head: RequestHead, lease: Lease) {
    this.#context = context;
    this.#visitor = visitor;
    this.#head = head;
    this.#lease = lease;
  }

  /** Bytes from the client, after its handshake. */
  get bytesIn(): number {
    return this.#upgrade?.bytesIn ?? 0;
  }

  /** The time for an answer is over. Ends only an attempt that has none. */
  expire(): void {
    this.#upgrade?.expire();
  }

  /** `path`: what the app is to see. `onAnswer` hears the status of the app's answer as soon as it is passed on. */
  async run(path: string, onAnswer: (status: number) => void): Promise<UpgradeEnd> {
    this.#lease.onDrain(() => {
      this.#draining = true;
      this.#upgrade?.leave();
    });
    const fields = outgoingFields(this.#head, this.#head.fields, this.#visitor.forwarded.lines(this.#head));
    const tried = new Set<string>();
    // One retry on another instance: nothing was answered, and a handshake changes nothing (RFC 9110 section 9.2.2).
    while (tried.size < 2) {
      const target = this.#lease.pick(tried);
      if (target === null) break;
      this.target = target;
      tried.add(target.id);
      const upgrade = await openUpgrade({
        visitor: this.#visitor,
        path,
        fields,
        to: this.#context.shortcuts.to(target) ?? target,
        connectMs: this.#context.limits.connectMs,
        onAnswer: (status) => {
          this.#visitor.deadline = 0;
          this.#lease.answered(target);
          onAnswer(status);
          if (this.#draining) this.#upgrade?.leave();
        },
      });
      this.#upgrade = upgrade;
      this.#visitor.deadline = this.#context.now + this.#context.limits.responseMs;
      const end = await upgrade.ended;
      if (end === 'relayed' || end === 'gone') return end;
      this.#visitor.leaveTunnel();
      this.#lease.failed(target);
      if (end === 'silent' || upgrade.bytesIn > 0) return end;
    }
    return 'unanswered';
  }
}
