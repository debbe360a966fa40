/** The AI gateway of a server: usage, keys, providers, budgets, a playground, prices. */

import type { App } from '../../../../shared/deployer/model.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Budgets } from './budgets.tsx';
import { Keys } from './keys.tsx';
import { Models } from './models.tsx';
import { Playground } from './playground.tsx';
import { Providers } from './providers.tsx';
import { Usage } from './usage.tsx';

export function GatewayPage({ server, apps }: { server: string; apps: readonly App[] | null }) {
  const client = useServerClient(server);
  const asked = useAsked(
    'ai',
    async (signal) => {
      const [keys, providers, budgets, models] = await Promise.all([
        client.call('aiKeys.list', {}, signal),
        client.call('aiProviders.list', {}, signal),
        client.call('aiBudgets.list', {}, signal),
        client.call('aiModels.list', {}, signal),
      ]);
      return { ...keys, ...providers, ...budgets, ...models };
    },
    30_000,
  );
  if (asked.error && asked.value === null)
    return <Notice message={asked.error.message} hint={asked.error.hint} />;
  if (asked.value === null) return <Waiting label="Asking the gateway" />;
  const { keys, providers, budgets, aliases, prices } = asked.value;
  const kinds = providers.map(({ kind }) => String(kind));
  const names = [
    ...aliases.map(({ name }) => name),
    ...prices
      .filter(({ model, provider }) => kinds.includes(provider) && !model.includes('*'))
      .map(({ model }) => model),
  ];
  const used = keys.length > 0 || providers.length > 0;
  return (
    <>
      {used && <Usage server={server} />}
      <Providers server={server} providers={providers} />
      <Keys server={server} apps={apps ?? []} keys={keys} />
      <Budgets server={server} apps={apps ?? []} keys={keys} budgets={budgets} />
      {providers.length > 0 && <Playground server={server} names={names} />}
      <Models aliases={aliases} prices={prices} />
    </>
  );
}
