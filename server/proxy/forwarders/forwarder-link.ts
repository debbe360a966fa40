/** One forwarder as the main process has it: started, told and heard, ended. */

import type { FromForwarder, ToForwarder } from './messages.ts';

export interface ForwarderLinkOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  hear(link: ForwarderLink, message: FromForwarder): void;
  onEnd(link: ForwarderLink, how: string): void;
}

export class ForwarderLink {
  readonly #child: Bun.Subprocess<'ignore', 'ignore', 'inherit'>;
  /** What it last said of itself. */
  connections = 0;
  busyMs = 0;
  inFlight: ReadonlyMap<string, number> = new Map();
  /** When it last said anything, monotonic ms. */
  heardAt = 0;
  /** Its ports are open. */
  open = false;
  /** It was told to go. */
  leaving = false;
  readonly ended: Promise<void>;

  /** Throws what the system says where it cannot be started. */
  constructor(options: ForwarderLinkOptions) {
    this.#child = Bun.spawn([...options.command], {
      stdin: 'ignore',
      stdout: 'ignore',
      stderr: 'inherit',
      env: {},
      serialization: 'json',
      ipc: (message) => options.hear(this, message as FromForwarder),
    });
    this.ended = this.#child.exited.then(() => {
      const { exitCode, signalCode } = this.#child;
      options.onEnd(this, signalCode === null ? `exit ${exitCode}` : `signal ${signalCode}`);
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  say(message: ToForwarder): void {
    try {
      this.#child.send(message);
    } catch {
      // It has just gone; `onEnd` follows.
    }
  }

  /** Its open connections are lost. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
