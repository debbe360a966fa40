/** Waits until a service's own health check says that it is well. */

import { WindlassError } from '../../../shared/errors.ts';
import type { Member } from '../member.ts';
import type { Healthcheck } from './companion.ts';

const lookMs = 200;
/** What an engine takes where the file is silent. */
const usual = { interval: 30_000, timeout: 30_000, retries: 3, startPeriod: 0 };
const least = 60_000;
const most = 10 * 60_000;

/** Throws `failed` where it is unwell, ends, or takes longer than its check allows; or the signal's reason. */
export async function untilReady(
  member: Member,
  healthcheck: Healthcheck | undefined,
  signal: AbortSignal,
): Promise<void> {
  const check = { ...usual, ...healthcheck };
  const allowed = check.startPeriod + (check.retries + 1) * (check.interval + check.timeout);
  const deadline = performance.now() + Math.min(most, Math.max(least, allowed));
  for (;;) {
    signal.throwIfAborted();
    if (member.state === 'crash-looping' || (member.state === 'stopped' && member.running === null)) {
      throw unwell(member, `keeps ending: ${member.lastExit ?? 'no exit seen'}`);
    }
    const health = (await member.running?.health?.()) ?? 'starting';
    // One without a check counts as well from its start, as there is nothing to wait for.
    if (health === 'healthy' || health === 'none') return;
    if (health === 'unhealthy') throw unwell(member, 'says of itself that it is not healthy');
    if (performance.now() > deadline) throw unwell(member, 'did not become healthy in time');
    await Bun.sleep(lookMs);
  }
}

function unwell(member: Member, why: string): WindlassError {
  return new WindlassError('failed', `the service ${member.service} ${why}`, {
    hint: 'Others wait for it to be healthy; its last lines and its "healthcheck" say more.',
  });
}
