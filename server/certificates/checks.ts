/** What `windlass doctor` looks at in certificates. */

import type { DoctorCheck } from '../kernel/doctor.ts';
import type { Keeper } from './keeper.ts';

export function certificateChecks(options: {
  served(): ReadonlySet<string>;
  keeper: Pick<Keeper, 'security'>;
}): DoctorCheck[] {
  return [
    {
      name: 'certificates',
      async run() {
        const all = [...options.served()].map((host) => options.keeper.security(host));
        const findings = all.flatMap(({ host, state, message, todo }) =>
          state === 'blocked' || state === 'waiting' || todo !== null
            ? [
                {
                  state: 'warning' as const,
                  message: `${host}: ${message}`,
                  ...(todo === null ? {} : { hint: todo }),
                },
              ]
            : [],
        );
        if (findings.length > 0) return findings;
        const secure = all.filter(({ state }) => state === 'secure' || state === 'renewing').length;
        return [{ state: 'ok', message: `${secure} of ${all.length} hosts have a trusted certificate` }];
      },
    },
  ];
}
