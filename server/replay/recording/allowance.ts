/** How much a visitor, and all visitors of an app together, may send. Pure but for its memory. */

export interface AllowanceBounds {
  /** Bytes in ten minutes from one address; offices share one. */
  readonly clientBytes: number;
  /** Parts in ten minutes from one address. */
  readonly clientParts: number;
  /** Bytes in ten minutes to one environment of an app: so nobody pushes out a month of recordings in an hour. */
  readonly appBytes: number;
}

export interface Allowance {
  /** Seconds until more may come, or null where this may. What may come is counted. */
  wait(client: string, service: string, bytes: number): number | null;
}

const windowMs = 600_000;
const mostClients = 10_000;

interface Used {
  bytes: number;
  parts: number;
}

export function createAllowance(now: () => number, bounds: AllowanceBounds): Allowance {
  let window = 0;
  const clients = new Map<string, Used>();
  const apps = new Map<string, Used>();
  const usedBy = (map: Map<string, Used>, key: string) => {
    const used = map.get(key) ?? { bytes: 0, parts: 0 };
    map.set(key, used);
    return used;
  };
  return {
    wait(client, service, bytes) {
      const at = now();
      if (Math.floor(at / windowMs) !== window) {
        window = Math.floor(at / windowMs);
        clients.clear();
        apps.clear();
      }
      const later = Math.max(1, Math.ceil(((window + 1) * windowMs - at) / 1000));
      // Those who are known go on; new ones wait for the next window.
      if (!clients.has(client) && clients.size >= mostClients) return later;
      const [mine, all] = [usedBy(clients, client), usedBy(apps, service)];
      const over =
        mine.bytes + bytes > bounds.clientBytes ||
        mine.parts >= bounds.clientParts ||
        all.bytes + bytes > bounds.appBytes;
      if (over) return later;
      mine.bytes += bytes;
      mine.parts += 1;
      all.bytes += bytes;
      return null;
    },
  };
}
