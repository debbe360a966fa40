/** Loopback ports for instances: a range of our own, below the kernel's ephemeral one. */

import { WindlassError } from '../../shared/errors.ts';

/** Linux hands out 32768 and up for outgoing connections (ip_local_port_range), so nothing takes these by chance. */
const portRange = { first: 20_000, last: 29_999 } as const;

export interface Ports {
  /** A port nobody listens on and nobody was given. */
  take(): number;
  /** Marks a port of an adopted instance as given. */
  claim(port: number): void;
  give(port: number): void;
}

export function createPorts(): Ports {
  const given = new Set<number>();
  // Spread over the range, so that a port is not reused while a visitor's connection to its last owner lingers.
  let next = portRange.first + Math.floor(Math.random() * (portRange.last - portRange.first));
  return {
    take() {
      for (let tries = portRange.last - portRange.first; tries >= 0; tries--) {
        const port = next;
        next = next === portRange.last ? portRange.first : next + 1;
        if (given.has(port) || !isFree(port)) continue;
        given.add(port);
        return port;
      }
      throw new WindlassError('limit', `every port from ${portRange.first} to ${portRange.last} is taken`, {
        hint: 'Remove apps or lower their number of instances.',
      });
    },
    claim: (port) => void given.add(port),
    give: (port) => void given.delete(port),
  };
}

function isFree(port: number): boolean {
  for (const hostname of ['127.0.0.1', '0.0.0.0']) {
    try {
      Bun.listen({ hostname, port, socket: { data() {} } }).stop(true);
    } catch {
      return false;
    }
  }
  return true;
}
