/** What `windlass doctor` asks of the deployer. */

import { bytesText } from '../../shared/bytes-text.ts';
import type { DoctorCheck } from '../kernel/doctor.ts';
import type { AppStore } from './app-store.ts';
import type { Companions } from './composition/companions.ts';
import type { Confinement } from './confine/confiner.ts';
import type { Fleet } from './fleet.ts';

const lowMemory = 128 * 1024 ** 2;

export function deployerChecks(parts: {
  confinement: Confinement;
  fleet: Fleet;
  companions: Companions;
  apps: AppStore;
  /** Bytes. */
  freeMemory(): number;
}): DoctorCheck[] {
  const { confinement, fleet, companions, apps } = parts;
  return [
    {
      name: 'limits',
      run: async () => [
        confinement.means === 'cgroup'
          ? { state: 'ok', message: `memory and CPU limits are held by ${confinement.title}` }
          : {
              state: 'warning',
              message: `memory limits are held by ${confinement.title}, CPU limits by priority only`,
              hint: 'Run Windlass as root, or as a systemd service, for limits the kernel enforces.',
            },
      ],
    },
    {
      name: 'instances',
      run: async () =>
        apps.environments().flatMap((environment) =>
          [...fleet.members(environment.id), ...companions.members(environment.id)]
            .filter((member) => member.state === 'crash-looping' || member.state === 'restarting')
            .map((member) => ({
              state: 'failing' as const,
              message: `${environment.app} ${environment.name}: ${member.id} is ${member.state} after ${member.restarts} restarts (${member.lastExit ?? 'no exit seen'})`,
              hint: `See \`windlass logs ${environment.app}\`, or go back with \`windlass rollback ${environment.app}\`.`,
            })),
        ),
    },
    {
      name: 'free memory',
      run: async () => {
        const free = parts.freeMemory();
        return free < lowMemory
          ? [
              {
                state: 'warning',
                message: `${bytesText(free)} of memory free`,
                hint: 'Builds may fail; stop an app or add memory.',
              },
            ]
          : [{ state: 'ok', message: `${bytesText(free)} of memory free` }];
      },
    },
  ];
}
