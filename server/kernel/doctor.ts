/** `windlass doctor`: every feature's checks, run one after the other, each bounded in time. */

import type { DoctorFinding } from '../../shared/kernel/contract.ts';

export interface DoctorCheck {
  readonly name: string;
  /** What it found; an empty array means nothing to say. */
  run(): Promise<Omit<DoctorFinding, 'check'>[]>;
}
