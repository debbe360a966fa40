/** The AI gateway as a feature. Nothing of it runs before the first key; then all of a call happens in its Worker. */

import { join } from 'node:path';
import type { Feature } from '../kernel/feature.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createKeyStore, noLimits } from './config/key-store.ts';
import { createProviderStore } from './config/provider-store.ts';
import { createRuleStore } from './config/rule-store.ts';
import { gatewayMigrations } from './config/schema.ts';
import type { SnapshotKey } from './config/snapshot.ts';
import { gatewayHandlers } from './handlers.ts';
import { createBudgetNotices, providerNotice } from './insight/notices.ts';
import { spikeNotice } from './insight/spend-spike.ts';
import { hashKey } from './surface/hash-key.ts';
import { publicEndpoint } from './surface/public-endpoint.ts';
import { gatewayVariables } from './surface/variables.ts';
import { createWorkerLine, type Heard } from './worker/worker-line.ts';

export { gatewayMigrations as migrations } from './config/schema.ts';

export function createGateway(
  kernel: Pick<Kernel, 'clock' | 'log' | 'paths' | 'store' | 'secrets' | 'events'>,
): Feature {
  const { clock, events, secrets, store } = kernel;
  const log = kernel.log.child('gateway');
  const keys = createKeyStore(store, secrets, clock);
  const providers = createProviderStore(store, secrets, clock);
  const rules = createRuleStore(store);
  // Made anew each time and never stored: nobody but this process ever has it.
  const ownKey = `wlai-${crypto.randomUUID()}${crypto.randomUUID()}`;
  secrets.remember([ownKey]);
  const playKey: SnapshotKey = {
    id: 0,
    hash: hashKey(ownKey),
    name: 'playground',
    app: null,
    environment: null,
    limits: noLimits,
  };
  const budgetNotice = createBudgetNotices();
  const noticeOf = (message: Heard) => {
    switch (message.kind) {
      case 'spent':
        return budgetNotice(message.entry, clock.now());
      case 'spike':
        return spikeNotice(message.spike, clock.now());
      case 'word':
        return providerNotice(message.provider, message.word, clock.now());
    }
  };
  const line = createWorkerLine({
    file: join(kernel.paths.root, 'gateway.db'),
    log,
    wantedPort: () => Number(rules.setting('port') ?? 0),
    // Kept, so that what apps were told at their start stays true after ours.
    onPort: (port) => rules.set('port', String(port)),
    heard(message) {
      const notice = noticeOf(message);
      if (notice !== null) events.emit('notice', notice);
    },
  });
  const apply = async () => {
    await line.set({
      keys: [...keys.forSnapshot(), playKey],
      providers: providers.list(),
      aliases: rules.aliases(),
      budgets: rules.budgets(),
      prices: rules.prices(),
      priceFile: rules.priceFile(),
    });
  };
  return {
    name: 'gateway',
    migrations: gatewayMigrations,
    contract: async () => (await import('../../shared/gateway/contract.ts')).gatewayContract,
    handlers: gatewayHandlers({
      keys,
      providers,
      rules,
      line,
      ownKey,
      now: () => clock.now(),
      changed: async () => {
        if (keys.list().length > 0) await apply();
        // Nobody may call any more: nothing needs to run.
        else await line.stop();
      },
      running: async () => {
        if (line.port === null) await apply();
      },
    }),
    endpoints: [publicEndpoint(() => (rules.setting('public') === 'yes' ? line.port : null))],
    variables: (instance) =>
      gatewayVariables(instance, Number(rules.setting('port') ?? 0), () =>
        keys.secretFor(instance.app, instance.environment),
      ),
    async start() {
      if (keys.list().length === 0) return;
      // Without it the server still serves; it goes on trying.
      await apply().catch((error: unknown) => log.error('the AI gateway does not start', { error }));
    },
    stop: () => line.stop(),
  };
}
