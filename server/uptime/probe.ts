/** One attempt of a check over the network. Each kind is loaded when the first check of it runs. */

import type { Target } from '../../shared/uptime/check.ts';
import type { Outcome, ProbeContext } from './outcome.ts';

export type NetworkTarget = Exclude<Target, { kind: 'app' | 'instances' | 'push' | 'cron' }>;

/** Rejects only for a bug. */
export async function probe(target: NetworkTarget, context: ProbeContext): Promise<Outcome> {
  switch (target.kind) {
    case 'http':
      return (await import('./probes/http.ts')).probeHttp(target, context);
    case 'tcp':
      return (await import('./probes/tcp.ts')).probeTcp(target, context);
    case 'tls':
      return (await import('./probes/tls.ts')).probeTls(target, context);
    case 'ping':
      return (await import('./probes/ping.ts')).probePing(target, context);
    case 'dns':
      return (await import('./probes/dns.ts')).probeDns(target, context);
    case 'websocket':
      return (await import('./probes/websocket.ts')).probeWebSocket(target, context);
    case 'postgres':
      return (await import('./probes/postgres.ts')).probePostgres(target, context);
    case 'mysql':
      return (await import('./probes/mysql.ts')).probeMysql(target, context);
    case 'redis':
      return (await import('./probes/redis.ts')).probeRedis(target, context);
  }
}
