/** The tabs of a server: its overview and the pages features have for the whole of it. */

import { serverPagesByName } from './pages.tsx';
import { type ServerPageName, serverPages } from './route.ts';
import { useServers } from './servers.tsx';
import { TabBar } from './tab-bar.tsx';

/** This computer is never set up, so it has no tab for that. */
export function ServerTabs({
  server,
  here,
}: {
  server: string;
  here: 'overview' | 'setup' | ServerPageName;
}) {
  const known = useServers().value?.find(({ id }) => id === server);
  const isRemote = known?.address.kind === 'ssh';
  return (
    <TabBar
      label="Views of the server"
      tabs={[
        { name: 'overview', label: 'Overview', to: { kind: 'server', server }, here: here === 'overview' },
        ...serverPages.map((page) => ({
          name: page,
          label: serverPagesByName[page].label,
          to: { kind: 'server-page', server, page } as const,
          here: here === page,
        })),
        ...(isRemote
          ? [
              {
                name: 'setup',
                label: 'Setup',
                to: { kind: 'setup', server } as const,
                here: here === 'setup',
              },
            ]
          : []),
      ]}
    />
  );
}
