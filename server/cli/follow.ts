/** Following a deployment to its end, or as far as the person wants to. */

import type { Deployment } from '../../shared/deployer/model.ts';
import { WindlassError } from '../../shared/errors.ts';
import { type Display, openDisplay } from './display.ts';
import { failureLines, failureText, successLines } from './outcome.ts';
import { sentencesOf } from './report.ts';
import type { Flag, VerbContext } from './verb.ts';

export const followFlags: readonly Flag[] = [
  { name: 'detach', short: 'd', summary: 'return as soon as it is queued' },
  { name: 'wait', summary: 'stay until it was watched to the end, not only until it is live' },
];

/** Exit code of a person's Ctrl-C, as shells have it (128 + SIGINT). */
const interrupted = 130;
/** A server that restarts is back well within this; the deployment itself survives. */
const reconnectMs = 20_000;
const reconnectEveryMs = 250;

/** Resolves to the exit code; throws `WindlassError('failed')` with the deployment's reason. */
export async function follow(
  context: VerbContext,
  deployment: Deployment,
  display: Display = openDisplay(context),
): Promise<number> {
  if (context.flags.on('detach')) {
    display.close();
    context.show(deployment, () => [
      `queued ${deployment.id}; see how it goes with \`windlass deployments ${deployment.app}${context.reach}\``,
    ]);
    return 0;
  }
  const aborted = new AbortController();
  const release = context.io.onInterrupt(() => aborted.abort());
  const closed = () => aborted.abort();
  context.io.closed.addEventListener('abort', closed);
  try {
    const ended = await followThrough(context, deployment.id, display, aborted.signal);
    display.close();
    return finish(context, ended);
  } catch (error) {
    display.close();
    if (!aborted.signal.aborted) throw error;
    context.io.stderr.write(
      `\ndetached: ${deployment.app} goes on deploying. Cancel it with \`windlass deployments ${deployment.app} --cancel ${deployment.id}${context.reach}\`\n`,
    );
    return interrupted;
  } finally {
    release();
    context.io.closed.removeEventListener('abort', closed);
  }
}

/** Prints how it ended; throws where that is a failure. */
export function finish(context: VerbContext, deployment: Deployment): number {
  const failed = failureText(deployment, context.reach);
  if (failed === null) {
    context.show(deployment, () => ['', ...successLines(deployment, context.reach, context.style)]);
    return 0;
  }
  if (context.flags.on('json')) {
    context.show(deployment, () => []);
    context.io.stderr.write(`error: ${sentencesOf(failed)}\n`);
    return 1;
  }
  const lines = failureLines(deployment, context.style);
  if (lines.length > 0) context.io.stderr.write(`\n${lines.join('\n')}\n`);
  throw new WindlassError('failed', failed.message, { hint: failed.hint });
}

/** The stream tells everything from the start each time, so what was shown before a cut is skipped. */
async function followThrough(
  context: VerbContext,
  id: string,
  display: Display,
  signal: AbortSignal,
): Promise<Deployment> {
  let shown = 0;
  let giveUpAt = context.now() + reconnectMs;
  for (;;) {
    let seen = 0;
    try {
      return await context.control.stream(
        'deployments.follow',
        { id, toEnd: context.flags.on('wait') },
        (event) => {
          giveUpAt = context.now() + reconnectMs;
          if (seen++ < shown) return;
          shown = seen;
          display.show({ kind: 'server', event });
        },
        signal,
      );
    } catch (error) {
      const cut = error instanceof WindlassError && error.code === 'unavailable';
      if (signal.aborted || !cut || context.now() > giveUpAt) throw error;
      await pause(reconnectEveryMs, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const done = Promise.withResolvers<void>();
  const end = () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    done.resolve();
  };
  const timer = setTimeout(end, ms);
  signal.addEventListener('abort', end);
  return done.promise;
}
