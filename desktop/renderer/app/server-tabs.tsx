/** The tabs of a server: its overview and the pages features have for the whole of it. */

import { serverPagesByName } from './pages.tsx';
import { type ServerPageName, serverPages } from './route.ts';
import { TabBar } from './tab-bar.tsx';

export function ServerTabs({ server, here }: { server: string; here: 'overview' | ServerPageName }) {
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
      ]}
    />
  );
}
