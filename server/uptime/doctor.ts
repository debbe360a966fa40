/** What `windlass doctor` says of checks. */

import type { DoctorCheck } from '../kernel/doctor.ts';
import type { Monitor } from './monitor.ts';
import type { Runner } from './runner.ts';

/** Beyond this, ms, checks are more than the server can do. */
const lateMs = 1000;

export function uptimeChecks(monitor: Monitor, runner: Runner): readonly DoctorCheck[] {
  return [
    {
      name: 'checks',
      async run() {
        const late = runner.takeLateness();
        const blind = monitor
          .views()
          .filter(({ status, lastAt, detail }) => status === 'unknown' && lastAt !== null && detail !== null);
        return [
          ...(late > lateMs
            ? [
                {
                  state: 'warning' as const,
                  message: `a check began ${Math.round(late / 1000)} s late`,
                  hint: 'Let checks run less often, or give the server more cores.',
                },
              ]
            : []),
          ...blind.slice(0, 5).map(({ name, detail }) => ({
            state: 'warning' as const,
            message: `${name} cannot be checked: ${detail}`,
            hint: 'See `windlass checks`.',
          })),
        ];
      },
    },
  ];
}
