/** What `windlass doctor` asks of the proxy. */

import type { DoctorCheck } from '../kernel/doctor.ts';
import type { Telemetry } from '../kernel/telemetry.ts';
import type { TurnedAway } from './requests/turned-away.ts';
import type { Services } from './services.ts';

export interface ProxyChecksOptions {
  readonly services: Services;
  readonly telemetry: Telemetry;
  readonly turnedAway: TurnedAway;
  readonly hostname: string;
  readonly wantedPort: number;
  port(): number | null;
  /** Where else requests are sent on. */
  readonly spread: { readonly forwarding: number; readonly most: number };
}

export function proxyChecks(options: ProxyChecksOptions): readonly DoctorCheck[] {
  return [
    { name: 'proxy listener', run: async () => [listener(options)] },
    { name: 'cores', run: async () => [cores(options.spread)] },
    { name: 'proxy targets', run: async () => targets(options.services) },
    { name: 'held traffic', run: async () => heldTraffic(options.services) },
    { name: 'turned away', run: async () => turnedAwayFindings(options.turnedAway) },
    { name: 'access log', run: async () => [accessLog(options.telemetry)] },
  ];
}

type Finding = Awaited<ReturnType<DoctorCheck['run']>>[number];

function listener({ hostname, wantedPort, port }: ProxyChecksOptions): Finding {
  const open = port();
  if (open !== null) return { state: 'ok', message: `the proxy listens on ${endText(hostname, open)}` };
  return {
    state: 'failing',
    message: `the proxy does not listen on ${endText(hostname, wantedPort)}`,
    hint: 'See the server log for why, then restart the server.',
  };
}

function cores({ forwarding, most }: ProxyChecksOptions['spread']): Finding {
  if (forwarding > 0) return { state: 'ok', message: `forwarding on ${forwarding + 1} cores` };
  const more = most === 0 ? 'and on no other' : `and on up to ${most + 1} where one is not enough`;
  return { state: 'ok', message: `forwarding on one core, ${more}` };
}

/** As an address is written: an IPv6 host in brackets, and "every address" where it is all of them. */
function endText(hostname: string, port: number): string {
  if (hostname === '::' || hostname === '0.0.0.0') return `port ${port} of every address`;
  return hostname.includes(':') ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

function targets(services: Services): Finding[] {
  const findings: Finding[] = [];
  for (const service of services.all()) {
    const { all, ejected } = service.targets();
    if (ejected.length === 0) continue;
    const app = service.key.split('/', 1)[0] ?? service.key;
    findings.push({
      state: ejected.length === all.length ? 'failing' : 'warning',
      message: `${ejected.length} of ${all.length} instances of ${service.key} do not answer`,
      hint: `See \`windlass logs ${app}\` for why.`,
    });
  }
  return findings;
}

/** A pause lasts until it is ended, so a forgotten one is an outage. */
function heldTraffic(services: Services): Finding[] {
  const findings: Finding[] = [];
  for (const { key, gate } of services.all()) {
    if (gate.state.kind !== 'paused') continue;
    const app = key.split('/', 1)[0] ?? key;
    findings.push({
      state: 'warning',
      message: `${key} is paused and holds ${gate.waiting} requests, ${gate.state.maxPauseMs / 1000} s each at most`,
      hint: `Let them go with \`windlass resume ${app}\`.`,
    });
  }
  return findings;
}

function turnedAwayFindings(turnedAway: TurnedAway): Finding[] {
  const all = turnedAway.all();
  if (all.length === 0) return [];
  const most = all.slice(0, 3).map(({ reason, count }) => `${reason} ${count}`);
  return [
    {
      state: 'ok',
      message: `turned away since start: ${most.join(', ')}${all.length > 3 ? ', …' : ''}`,
      hint: 'See `windlass requests --refused` for all of them.',
    },
  ];
}

function accessLog(telemetry: Telemetry): Finding {
  const { dropped, written } = telemetry.counts;
  if (dropped === 0)
    return {
      state: 'ok',
      message: `${written} ${written === 1 ? 'line' : 'lines'} written since the start, none dropped`,
    };
  return {
    state: 'warning',
    message: `${dropped} lines dropped since start, ${written} written`,
    hint: 'The disk is slower than the traffic; look at its space and load.',
  };
}
