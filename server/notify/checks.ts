/** What `windlass doctor` says of notifications. */

import type { DoctorCheck } from '../kernel/doctor.ts';
import type { ChannelStore } from './channel-store.ts';

export function notifyChecks(channels: ChannelStore): readonly DoctorCheck[] {
  return [
    {
      name: 'notifications',
      async run() {
        const failing = channels
          .all()
          .filter(({ enabled, failingSince }) => enabled && failingSince !== null);
        return failing.map(({ name, failingSince, lastAnswer }) => ({
          state: 'warning' as const,
          message: `the channel ${name} takes nothing since ${new Date(failingSince ?? 0).toISOString()}: ${lastAnswer}`,
          hint: `Put right what it says, then try it with \`windlass notify test ${name}\`.`,
        }));
      },
    },
  ];
}
