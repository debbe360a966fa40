/** Vitals as a feature: how the machine is, kept by minute and hour, with alarms before it hurts. */

import { createHash } from 'node:crypto';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { WindlassError } from '../../shared/errors.ts';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createAlarmStore } from './alarm-store.ts';
import { vitalsHandlers } from './handlers.ts';
import { Processes } from './processes.ts';
import { readMachine } from './read-machine.ts';
import { openVitalsStore, type VitalsStore } from './vitals-store.ts';
import { createWatcher, type Watcher } from './watcher.ts';

export { migrations } from './alarm-store.ts';

const everyMs = 10_000;

export function createVitals(kernel: Kernel): Feature {
  const { clock, paths, events } = kernel;
  const log = kernel.log.child('vitals');
  // The same over restarts and upgrades, as instances outlive both.
  const server = createHash('sha256').update(paths.root).digest('hex').slice(0, 12);
  let running: { watcher: Watcher; store: VitalsStore; timer: Timer } | null = null;

  return {
    name: 'vitals',
    migrations: [],
    contract: async () => (await import('../../shared/vitals/contract.ts')).vitalsContract,
    handlers: vitalsHandlers(clock, () => {
      if (running === null) {
        throw new WindlassError('unavailable', 'the machine is not watched', {
          hint: 'The log of the server says why.',
        });
      }
      return running;
    }),
    variables: () => ({ WINDLASS_SERVER: server }),
    async start() {
      try {
        const store = openVitalsStore(join(paths.telemetry, 'vitals.db'));
        const processes = new Processes(server);
        const watcher = createWatcher({
          read: () => readMachine(clock, paths.root),
          apps: (monotonic) => (process.platform === 'linux' ? processes.look(monotonic) : []),
          store,
          openAlarms: createAlarmStore(kernel.store),
          cores: navigator.hardwareConcurrency,
          bootedAt: Math.round(clock.now() - uptime() * 1000),
          raise: (notice) => events.emit('notice', notice),
        });
        const look = () => {
          try {
            watcher.look();
          } catch (error) {
            log.warn('the machine could not be looked at', { error });
          }
        };
        running = { watcher, store, timer: setInterval(look, everyMs) };
      } catch (error) {
        // Apps are served without it; a full disk must not keep the server from starting.
        log.error('the machine is not watched', { error });
      }
    },
    async stop() {
      clearInterval(running?.timer);
      running?.store.close();
      running = null;
    },
  };
}
