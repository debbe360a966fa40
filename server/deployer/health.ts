/** Whether a new release may take requests: enough good answers from every instance, in time, with nobody dying. */

import { type AppConfig, configDefaults } from '../../shared/deployer/app-config.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Target } from '../../shared/proxy/backend.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ProbeResult } from './edge.ts';
import { exitText } from './exit-text.ts';
import type { Exit } from './runtimes/runtime.ts';

export interface HealthRules {
  path: string;
  /** Milliseconds. */
  timeout: number;
  interval: number;
  watch: number;
}

/** Good answers in a row that an instance needs. */
const answersNeeded = 2;
/** Most milliseconds for one answer. */
export const probeTimeoutMs = 5000;
/** Named in an error. */
const mostPorts = 3;
/** While nothing listens yet, asking costs nothing; a short gap makes deployments quick. */
const refusedGapMs = 100;
const goodGapMs = 250;

export function healthRules(config: AppConfig): HealthRules {
  const { health = {} } = config;
  const byDefault = configDefaults.health;
  return {
    path: health.path ?? byDefault.path,
    timeout: (health.timeout ?? byDefault.timeout) * 1000,
    interval: (health.interval ?? byDefault.interval) * 1000,
    watch: (health.watch ?? byDefault.watch) * 1000,
  };
}

/** 2xx and 3xx: a redirect to a login page is a healthy app. */
export function isGood(result: ProbeResult): boolean {
  return result.kind === 'answered' && result.status >= 200 && result.status < 400;
}

/** A probe's result for people. */
export function probeText(result: ProbeResult, path: string): string {
  switch (result.kind) {
    case 'answered':
      return `answered ${result.status} on ${path}`;
    case 'refused':
      return 'refused connections';
    case 'timeout':
      return `gave no answer on ${path} within ${probeTimeoutMs / 1000} s`;
    case 'broken':
      return `broke the connection on ${path} (${result.message})`;
  }
}

/**
 * Resolves when every target gave `answersNeeded` good answers in a row. Throws `failed` as soon as one dies, or at
 * the timeout with what was last seen; throws the signal's reason when aborted.
 */
export async function untilHealthy(parts: {
  clock: Clock;
  rules: HealthRules;
  /** `listening`: the ports it listens on, asked where it refuses connections to the end. */
  targets: readonly {
    id: string;
    target: Target | null;
    exited: Promise<Exit>;
    listening?(): readonly number[];
  }[];
  probe(target: Target | null, timeoutMs: number): Promise<ProbeResult>;
  signal: AbortSignal;
}): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([parts.signal, stop.signal]);
  try {
    await Promise.all(parts.targets.map((each) => untilOneHealthy({ ...parts, signal }, each)));
  } finally {
    stop.abort();
  }
}

type One = Parameters<typeof untilHealthy>[0];

async function untilOneHealthy(
  parts: One,
  { id, target, exited, listening }: One['targets'][number],
): Promise<void> {
  const { clock, rules, signal } = parts;
  const deadline = clock.monotonic() + rules.timeout;
  const death: { exit: Exit | null } = { exit: null };
  const died = exited.then((exit) => {
    death.exit = exit;
  });
  let inARow = 0;
  let last: ProbeResult = { kind: 'refused' };
  while (inARow < answersNeeded) {
    signal.throwIfAborted();
    if (death.exit) {
      throw new WindlassError('failed', `${id} ended before it was healthy: ${exitText(death.exit)}`, {
        hint:
          death.exit.code === 0
            ? 'Its work was done, it seems. An app stays, and listens on the port in the PORT environment variable.'
            : 'Its last log lines say why.',
      });
    }
    const left = deadline - clock.monotonic();
    if (left <= 0) {
      throw new WindlassError(
        'failed',
        `${id} was not healthy within ${rules.timeout / 1000} s: it ${probeText(last, rules.path)}`,
        {
          hint: adviceFor(last, target, listening?.() ?? []),
        },
      );
    }
    const probed = await Promise.race([parts.probe(target, Math.min(probeTimeoutMs, left)), died]);
    if (!probed) continue;
    last = probed;
    inARow = isGood(probed) ? inARow + 1 : 0;
    if (inARow >= answersNeeded) return;
    const gap = isGood(probed)
      ? Math.min(goodGapMs, rules.interval)
      : probed.kind === 'refused'
        ? Math.min(refusedGapMs, rules.interval)
        : rules.interval;
    await Promise.race([pause(Math.min(gap, Math.max(left, 1)), signal), died]);
  }
}

function adviceFor(last: ProbeResult, target: Target | null, ports: readonly number[]): string {
  switch (last.kind) {
    case 'refused': {
      const wanted = 'It must listen on the port in the PORT environment variable, on 127.0.0.1 or 0.0.0.0';
      if (target === null || ports.length === 0) return `${wanted}.`;
      return ports.includes(target.port)
        ? `${wanted}; it has that port (${target.port}), and not on one of these addresses.`
        : `${wanted}: that is ${target.port} here, and it listens on ${ports.slice(0, mostPorts).join(', ')}.`;
    }
    case 'answered':
      return 'Set "health.path" in windlass.json to a path that answers 2xx or 3xx when the app is ready.';
    case 'timeout':
    case 'broken':
      return 'Its log may say why; "health.timeout" in windlass.json gives it more time.';
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
