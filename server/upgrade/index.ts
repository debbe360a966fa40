/** Upgrades as a feature: takes a new program, tries it, and has it take over. */

import { WindlassError } from '../../shared/errors.ts';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { TakeOver } from './hand-over.ts';
import { ProgramFile } from './program-file.ts';
import { upgradeMigrations } from './schema.ts';
import { UpgradeStore } from './upgrade-store.ts';

export { upgradeMigrations as migrations } from './schema.ts';

export interface UpgradeOptions {
  /** The program that runs; null where it runs from its sources. */
  readonly program: string | null;
  readonly version: string;
  /** What this process was told as it started. */
  readonly takenOver: TakeOver | null;
  /** Hands over, once the answer to whoever asked is on its way. */
  begin(upgrade: string, file: ProgramFile): void;
}

export interface Upgrade {
  readonly feature: Feature;
  /** This process serves: the upgrade that brought it is over. */
  settle(): void;
}

export function createUpgrade(
  kernel: Pick<Kernel, 'store' | 'clock' | 'log'>,
  options: UpgradeOptions,
): Upgrade {
  const store = new UpgradeStore(kernel.store);
  const log = kernel.log.child('upgrade');
  let underWay = false;
  return {
    settle() {
      const { takenOver } = options;
      if (takenOver !== null) store.settle(takenOver.upgrade, takenOver.state, takenOver.message);
    },
    feature: {
      name: 'upgrade',
      migrations: upgradeMigrations,
      contract: async () => (await import('../../shared/upgrade/contract.ts')).upgradeContract,
      handlers: {
        'upgrade.begin': async (_params, { body }) => {
          if (options.program === null) {
            throw new WindlassError('conflict', 'this server runs from its sources', {
              hint: 'Stop it, and start the new one.',
            });
          }
          if (underWay) throw new WindlassError('conflict', 'another upgrade is under way');
          underWay = true;
          const file = new ProgramFile(options.program);
          try {
            await file.receive(body);
            const to = await file.version();
            const id = crypto.randomUUID();
            store.add(id, options.version, to, kernel.clock.now());
            file.install();
            log.info('the program was replaced; its successor starts', {
              version: options.version,
              next: to,
            });
            options.begin(id, file);
            return { id, from: options.version, to };
          } catch (error) {
            underWay = false;
            file.discard();
            throw error;
          }
        },
        'upgrade.outcome': ({ id }) => {
          const found = store.find(id);
          if (found !== null) return found;
          throw new WindlassError('not-found', 'there was no such upgrade', {
            hint: 'See `windlass version` for what runs.',
          });
        },
      },
    },
  };
}
