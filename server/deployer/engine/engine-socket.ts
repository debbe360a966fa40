/** Asks an engine what it is, over its socket and without any client loaded. */

import * as z from 'zod/mini';

export interface EngineAbout {
  /** Of the engine, like `20.10.24`. */
  version: string;
  /** API version both sides speak, like `1.41`. */
  api: string;
}

/** The newest API this was written for, and the oldest that has all it needs (Docker 19.03). */
export const spoken = { newest: '1.47', oldest: '1.40' } as const;

const about = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  MinAPIVersion: z.optional(z.string()),
});

/** `unix:///path` of DOCKER_HOST, or where engines listen by default. Null for an engine that is not on this machine. */
export function engineSocket(dockerHost: string | undefined): string | null {
  if (dockerHost === undefined || dockerHost === '') return '/var/run/docker.sock';
  const [, path] = /^unix:\/\/(\/.+)$/.exec(dockerHost) ?? [];
  return path ?? null;
}

/** Throws where nothing answers, or where no common version is spoken. */
export async function askEngine(socket: string, timeoutMs: number): Promise<EngineAbout> {
  // Without a version in the path every engine answers, whatever it has dropped.
  const answer = await fetch('http://engine/version', {
    unix: socket,
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!answer.ok) throw new Error(`the engine answered ${answer.status}`);
  const found = z.parse(about, await answer.json());
  return { version: found.Version, api: commonVersion(found.ApiVersion, found.MinAPIVersion ?? '1.12') };
}

/** The newest version both speak. Throws where there is none: Docker 29 dropped everything below 1.44. */
export function commonVersion(newest: string, oldest: string): string {
  const best = compare(newest, spoken.newest) < 0 ? newest : spoken.newest;
  if (compare(best, oldest) < 0 || compare(best, spoken.oldest) < 0) {
    throw new Error(
      `the engine speaks API ${oldest} to ${newest}, Windlass ${spoken.oldest} to ${spoken.newest}`,
    );
  }
  return best;
}

function compare(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
