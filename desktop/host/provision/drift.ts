/** What changed on a server since it was set up. Pure. */

import type { Drift } from '../../../shared/desktop/provision.ts';
import { unreachable } from '../../../shared/errors.ts';
import { type Looked, planOf } from './plan.ts';

export function driftOf(looked: Looked): Drift[] {
  return planOf(looked).steps.flatMap(({ id, title, finding }): Drift[] => {
    switch (finding.kind) {
      case 'done':
      case 'skipped':
        return [];
      case 'needed':
        return [{ step: id, title, message: `a repair ${finding.message}`, repairable: true }];
      case 'blocked':
        return [{ step: id, title, message: finding.message, repairable: false, hint: finding.hint }];
      default:
        return unreachable(finding);
    }
  });
}
