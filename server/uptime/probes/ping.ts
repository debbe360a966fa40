/** A ping check, by the system's own program: it may send ICMP where we may not. */

import type { Target } from '../../../shared/uptime/check.ts';
import { destination } from '../destination.ts';
import { failureOf, type Outcome, type ProbeContext } from '../outcome.ts';

export async function probePing(
  { host }: Extract<Target, { kind: 'ping' }>,
  context: ProbeContext,
): Promise<Outcome> {
  const place = await destination(host, context);
  if (place.kind === 'none') return place.outcome;
  const seconds = String(Math.max(1, Math.floor(context.timeoutMs / 1000)));
  try {
    const ping = Bun.spawn(['ping', '-n', '-c', '1', '-W', seconds, place.address], {
      stdout: 'pipe',
      stderr: 'pipe',
      signal: context.signal,
      env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' },
    });
    const [out, wrong, code] = await Promise.all([
      new Response(ping.stdout).text(),
      new Response(ping.stderr).text(),
      ping.exited,
    ]);
    const [, time] = /time[=<]([\d.]+) ms/.exec(out) ?? [];
    if (code === 0 && time !== undefined) return { kind: 'up', ms: Number(time), detail: null };
    context.signal.throwIfAborted();
    // iputils: 1 is no answer, 2 a fault of its own.
    if (code !== 1)
      return { kind: 'unsure', why: `ping: ${wrong.trim().slice(0, 200) || `exit code ${code}`}` };
    return { kind: 'down', ms: null, why: 'no answer to a ping' };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { kind: 'unsure', why: 'there is no ping on this server; install iputils-ping' };
    }
    return failureOf(error, context.timeoutMs);
  }
}
