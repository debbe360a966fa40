/** The server's own program on the disk: a new one is tried out beside it, put in its place, and taken out again. */

import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { WindlassError } from '../../shared/errors.ts';
import { explainDiskError } from '../kernel/disk-error.ts';

/** A program is about 125 MB; this is room for its growth, and a bound. */
const maxBytes = 600 * 1024 * 1024;
const tryMs = 10_000;

export class ProgramFile {
  constructor(private readonly path: string) {}

  /** Writes what comes to a file beside the program. Throws `limit`, `unavailable` or `forbidden`. */
  async receive(body: ReadableStream<Uint8Array>): Promise<void> {
    const draft = this.#draft;
    try {
      rmSync(draft, { force: true });
      // Not by the runtime's own writer: that says it ended while the file is still open, and then it cannot be run (ETXTBSY).
      const file = await open(draft, 'wx', 0o755);
      try {
        let size = 0;
        for await (const chunk of body) {
          size += chunk.length;
          if (size > maxBytes) throw new WindlassError('limit', 'that file is larger than any windlass is');
          await file.appendFile(chunk);
        }
        if (size === 0) throw new WindlassError('invalid', 'that file is empty');
        await file.chmod(0o755);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      this.discard();
      if (error instanceof WindlassError) throw error;
      throw explainDiskError(error, `cannot write ${draft}`);
    }
  }

  /** Asks the new file for its version. Throws `invalid` where it is no program of ours for this machine. */
  async version(): Promise<string> {
    try {
      const child = Bun.spawn([this.#draft, 'version', '--json'], {
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'ignore',
        env: {},
        timeout: tryMs,
      });
      const said: unknown = JSON.parse(await new Response(child.stdout).text());
      const version = typeof said === 'object' && said !== null && 'client' in said ? said.client : undefined;
      if ((await child.exited) === 0 && typeof version === 'string') return version.slice(0, 100);
    } catch (cause) {
      throw unfit(cause);
    }
    throw unfit();
  }

  discard(): void {
    rmSync(this.#draft, { force: true });
  }

  /** At every instant there is a whole program at the path. Throws what the disk says, explained. */
  install(): void {
    try {
      rmSync(this.#previous, { force: true });
      linkSync(this.path, this.#previous);
      renameSync(this.#draft, this.path);
    } catch (error) {
      throw explainDiskError(error, `cannot replace ${this.path}`);
    }
  }

  /** The program before the last `install` is in its place again. */
  goBack(): void {
    if (existsSync(this.#previous)) renameSync(this.#previous, this.path);
  }

  get #draft(): string {
    return `${this.path}.new`;
  }

  get #previous(): string {
    return `${this.path}.previous`;
  }
}

function unfit(cause?: unknown): WindlassError {
  return new WindlassError('invalid', 'that file is no windlass that runs on this machine', {
    hint: 'Take the one for its system and processor.',
    cause,
  });
}
