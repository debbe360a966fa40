/** `windlass doctor`: every feature's checks, run one after the other, each bounded in time. */

import { toPublicError } from '../../shared/errors.ts';
import type { DoctorFinding } from '../../shared/kernel/contract.ts';

export interface DoctorCheck {
  readonly name: string;
  /** What it found; an empty array means nothing to say. */
  run(): Promise<Omit<DoctorFinding, 'check'>[]>;
}

/** Every check in turn; one that throws or takes longer than `timeoutMs` is a finding of its own. */
export async function runDoctor(checks: readonly DoctorCheck[], timeoutMs: number): Promise<DoctorFinding[]> {
  const findings: DoctorFinding[] = [];
  for (const check of checks) {
    for (const found of await runCheck(check, timeoutMs)) {
      findings.push({ check: check.name, ...found });
    }
  }
  return findings;
}

async function runCheck(check: DoctorCheck, timeoutMs: number): Promise<Omit<DoctorFinding, 'check'>[]> {
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), timeoutMs);
  try {
    const run = check.run();
    // Should it fail after its time, nobody waits for it any more.
    run.catch(() => undefined);
    const found = await Promise.race([run, late.promise]);
    return found === 'late' ? [{ state: 'failing', message: `no answer within ${timeoutMs} ms` }] : found;
  } catch (error) {
    const { message, hint } = toPublicError(error);
    return [{ state: 'failing', message, ...(hint === undefined ? {} : { hint }) }];
  } finally {
    clearTimeout(timer);
  }
}
