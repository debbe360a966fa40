/** What a step of setting up a server is: how to look, what that means, how to change it, how to take it back. */

import type { Finding, ProvisionOptions, StepId } from '../../../shared/desktop/provision.ts';
import type { Remote } from '../remote.ts';
import type { Binary } from './binary.ts';

/** What the server said when looked at: `name` to one line of text. A name that is missing could not be read. */
export type Facts = Readonly<Record<string, string>>;

/** What it is compared with. Everything a decision needs, so that decisions are pure. */
export interface Wish {
  options: ProvisionOptions;
  /** The file for the server's CPU and libc; null where there is none. */
  binary: Binary | null;
  /** Why the file that is there is not sent; null otherwise. */
  refused: { message: string; hint: string } | null;
  elevation: 'root' | 'sudo' | 'sudo-password' | 'none';
  /** The person logs in with a password. */
  passwordLogin: boolean;
  user: string;
  /** The desktop's clock when the server was looked at, ms since the epoch. */
  now: number;
}

/** What applying a step may use. */
export interface Site {
  remote: Remote;
  wish: Wish;
  facts: Facts;
  /** Bytes of an upload. */
  onProgress(done: number, total: number): void;
  onLine(text: string): void;
}

export interface Step {
  readonly id: StepId;
  readonly title: string;
  readonly why: string;
  readonly optional: boolean;
  /** A piece of sh that calls `say NAME VALUE`; runs as root and changes nothing. */
  readonly probe: string;
  find(facts: Facts, wish: Wish): Finding;
  /** Missing where a step only looks. Throws `WindlassError`. May be run again at any time. */
  readonly apply?: (site: Site) => Promise<void>;
  /** A piece of sh, run as root when Windlass is taken away. */
  readonly undo?: string;
}

export const done = (message: string): Finding => ({ kind: 'done', message });
export const needed = (message: string): Finding => ({ kind: 'needed', message });
export const skipped = (message: string): Finding => ({ kind: 'skipped', message });
export const blocked = (message: string, hint: string): Finding => ({ kind: 'blocked', message, hint });
