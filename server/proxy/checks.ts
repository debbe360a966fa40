/** What `windlass doctor` asks of the proxy. */

import type { DoctorCheck } from '../kernel/doctor.ts';
import type { Telemetry } from '../kernel/telemetry.ts';
import type { Services } from './services.ts';

export interface ProxyChecksOptions {
  readonly services: Services;
  readonly telemetry: Telemetry;
  readonly hostname: string;
  readonly wantedPort: number;
  port(): number | null;
}

export function proxyChecks(options: ProxyChecksOptions): readonly DoctorCheck[] {
  return [
    { name: 'proxy listener', run: async () => [listener(options)] },
    { name: 'proxy targets', run: async () => targets(options.services) },
    { name: 'access log', run: async () => [accessLog(options.telemetry)] },
  ];
}

type Finding = Awaited<ReturnType<DoctorCheck['run']>>[number];

function listener({ hostname, wantedPort, port }: ProxyChecksOptions): Finding {
  const open = port();
  if (open !== null) return { state: 'ok', message: `the proxy listens on ${hostname}:${open}` };
  return {
    state: 'failing',
    message: `the proxy does not listen on ${hostname}:${wantedPort}`,
    hint: 'See the server log for why, then restart the server.',
  };
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

function accessLog(telemetry: Telemetry): Finding {
  const { dropped, written } = telemetry.counts;
  if (dropped === 0) return { state: 'ok', message: `${written} lines written since start, none dropped` };
  return {
    state: 'warning',
    message: `${dropped} lines dropped since start, ${written} written`,
    hint: 'The disk is slower than the traffic; look at its space and load.',
  };
}
