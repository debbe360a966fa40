/** A deployment as it happens: phases and build lines, from its start and then live, without a gap or a double. */

import type { DeploymentEvent } from '../../shared/deployer/contract.ts';
import { isFinal, isServing } from '../../shared/deployer/deployment.ts';
import type { Deployment, LogLine } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import type { Events } from '../kernel/events.ts';

/** Lines of a running build kept in memory for those who join late; older ones come from the log on disk. */
const keptLines = 5000;

export interface Feed {
  /** A build line of a running deployment. */
  line(id: string, line: LogLine): void;
  /**
   * Emits all that happened so far, then what happens, and resolves to the deployment when it serves (with `toEnd`:
   * when it is final). Rejects with `cancelled` when the signal aborts.
   */
  follow(
    id: string,
    toEnd: boolean,
    emit: (event: DeploymentEvent) => void,
    signal: AbortSignal,
  ): Promise<Deployment>;
  /** Resolves when the deployment serves or is final. */
  untilServing(id: string, signal: AbortSignal): Promise<Deployment>;
}

export function createFeed(parts: {
  events: Events;
  get(id: string): Deployment;
  /** Build lines of a deployment that no longer runs. */
  storedLines(id: string): AsyncIterable<LogLine>;
}): Feed {
  const lines = new Map<string, LogLine[]>();
  const listeners = new Map<string, Set<(line: LogLine) => void>>();

  parts.events.on('deployment.changed', (deployment) => {
    if (isFinal(deployment.phase) || isServing(deployment.phase)) lines.delete(deployment.id);
  });

  const follow: Feed['follow'] = async (id, toEnd, emit, signal) => {
    const isOver = ({ phase }: Deployment) => isFinal(phase) || (!toEnd && isServing(phase));
    const { promise, resolve, reject } = Promise.withResolvers<Deployment>();
    let told = 0;
    let replaying = true;
    const waiting: DeploymentEvent[] = [];
    const tell = (event: DeploymentEvent) => (replaying ? waiting.push(event) : emit(event));
    const tellPhases = (deployment: Deployment) => {
      for (; told < deployment.phaseTimes.length; told++) {
        const entered = deployment.phaseTimes[told];
        if (entered) tell({ kind: 'phase', ...entered });
      }
    };
    const onLine = (line: LogLine) => tell({ kind: 'line', line });
    const mine = listeners.get(id) ?? new Set();
    listeners.set(id, mine.add(onLine));
    const unsubscribe = parts.events.on('deployment.changed', (deployment) => {
      if (deployment.id !== id) return;
      tellPhases(deployment);
      if (isOver(deployment)) resolve(deployment);
    });
    const aborted = () => reject(new WindlassError('cancelled', 'stopped following; the deployment goes on'));
    signal.addEventListener('abort', aborted, { once: true });
    try {
      const now = parts.get(id);
      const kept = lines.get(id);
      for (const event of history(now, kept ?? (await collect(parts.storedLines(id))))) emit(event);
      told = Math.max(told, now.phaseTimes.length);
      replaying = false;
      for (const event of waiting) {
        if (
          event.kind === 'line' ||
          !now.phaseTimes.some((each) => each.phase === event.phase && each.at === event.at)
        ) {
          emit(event);
        }
      }
      if (isOver(now)) return now;
      if (signal.aborted) aborted();
      return await promise;
    } finally {
      unsubscribe();
      signal.removeEventListener('abort', aborted);
      mine.delete(onLine);
      if (mine.size === 0) listeners.delete(id);
    }
  };

  return {
    follow,
    untilServing: (id, signal) => follow(id, false, () => {}, signal),
    line(id, line) {
      const kept = lines.get(id) ?? [];
      if (kept.length >= keptLines) kept.shift();
      kept.push(line);
      lines.set(id, kept);
      for (const listener of listeners.get(id) ?? []) listener(line);
    },
  };
}

/** Phases and lines of the past, merged by time. */
function history(deployment: Deployment, lines: readonly LogLine[]): DeploymentEvent[] {
  const events: (DeploymentEvent & { when: number })[] = [
    ...deployment.phaseTimes.map((entered) => ({ kind: 'phase' as const, ...entered, when: entered.at })),
    ...lines.map((line) => ({ kind: 'line' as const, line, when: line.at })),
  ];
  return events.sort((a, b) => a.when - b.when).map(({ when: _when, ...event }) => event);
}

async function collect(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
