/** The time after a switch: a release that does badly while the one before it is still warm does not stay. */

import type { Target } from '../../shared/proxy/backend.ts';
import type { ErrorShare, ProbeResult } from './edge.ts';
import { exitText } from './exit-text.ts';
import { type HealthRules, isGood, probeText, probeTimeoutMs } from './health.ts';
import type { Exit } from './runtimes/runtime.ts';

/** Milliseconds between probes, and how many bad ones in a row are too many. */
const watchIntervalMs = 5000;
const failuresAllowed = 3;

/** How a watch ended. */
export type WatchEnd =
  | { kind: 'settled' }
  | { kind: 'misbehaved'; reason: string; instance: string | null }
  /** Ended from outside: the server stops, or somebody rolled back by hand. */
  | { kind: 'ended' };

export interface WatchParts {
  rules: HealthRules;
  /** Milliseconds of the watch window that are left. */
  left: number;
  targets(): readonly { id: string; target: Target | null }[];
  probe(target: Target | null, timeoutMs: number): Promise<ProbeResult>;
  onDeath(listener: (id: string, exit: Exit, livedMs: number) => void): () => void;
  share(): ErrorShare;
  /** The previous release's share of 5xx, over its whole life. */
  shareBefore: ErrorShare;
  /** What the errors reported of the release say against it; null for nothing. */
  complaint(): Promise<string | null>;
  /** A complaint that is told and leads to nothing else, or ends the watch. */
  onComplaint: { kind: 'warn'; tell(reason: string): void } | { kind: 'rollback' } | { kind: 'off' };
  signal: AbortSignal;
}

/** Watches until the window is over, the release misbehaves, or the signal aborts. Never throws. */
export async function watch(parts: WatchParts): Promise<WatchEnd> {
  const { rules } = parts;
  const { promise, resolve } = Promise.withResolvers<WatchEnd>();
  const failures = new Map<string, number>();
  let probing = false;
  let warned = false;

  const round = async () => {
    if (probing) return;
    probing = true;
    try {
      const spike = tooManyErrors(parts.share(), parts.shareBefore);
      if (spike) resolve({ kind: 'misbehaved', reason: spike, instance: null });
      await listen();
      await Promise.all(
        parts.targets().map(async ({ id, target }) => {
          const result = await parts.probe(target, probeTimeoutMs);
          const inARow = isGood(result) ? 0 : (failures.get(id) ?? 0) + 1;
          failures.set(id, inARow);
          if (inARow >= failuresAllowed) {
            const reason = `${id} failed ${inARow} checks in a row: it ${probeText(result, rules.path)}`;
            resolve({ kind: 'misbehaved', reason, instance: id });
          }
        }),
      );
    } finally {
      probing = false;
    }
  };

  const listen = async () => {
    const { onComplaint } = parts;
    if (onComplaint.kind === 'off' || warned) return;
    const reason = await parts.complaint();
    if (reason === null || parts.signal.aborted) return;
    warned = true;
    if (onComplaint.kind === 'warn') onComplaint.tell(reason);
    else resolve({ kind: 'misbehaved', reason, instance: null });
  };

  const unsubscribe = parts.onDeath((id, exit, livedMs) => {
    const reason = `${id} died ${Math.round(livedMs / 1000)} s after it was started: ${exitText(exit)}`;
    resolve({ kind: 'misbehaved', reason, instance: id });
  });
  const ticker = setInterval(() => void round(), Math.min(watchIntervalMs, Math.max(parts.left / 4, 50)));
  const end = setTimeout(() => resolve({ kind: 'settled' }), parts.left);
  const aborted = () => resolve({ kind: 'ended' });
  parts.signal.addEventListener('abort', aborted, { once: true });
  if (parts.signal.aborted) aborted();
  try {
    return await promise;
  } finally {
    clearInterval(ticker);
    clearTimeout(end);
    unsubscribe();
    parts.signal.removeEventListener('abort', aborted);
  }
}

/** Fewer requests than this say nothing. */
const enoughRequests = 20;

/**
 * Far above: at least a fifth of all requests, and five times the share of the release before. Null where it is not.
 */
export function tooManyErrors(now: ErrorShare, before: ErrorShare): string | null {
  if (now.requests < enoughRequests) return null;
  const share = now.errors / now.requests;
  const shareBefore = before.requests < enoughRequests ? 0 : before.errors / before.requests;
  if (share < 0.2 || share < shareBefore * 5) return null;
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  return `${percent(share)} of ${now.requests} requests ended as a server error, ${percent(shareBefore)} before it`;
}
