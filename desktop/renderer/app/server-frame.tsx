/** A server's head and tabs, the same around each page that features have for it. */

import type { ReactNode } from 'react';
import { Empty, Waiting } from '../ui/notice.tsx';
import { PageHead } from '../ui/page.tsx';
import { Go } from './navigation.tsx';
import type { ServerPageName } from './route.ts';
import { serverLead } from './server-lead.ts';
import { ServerTabs } from './server-tabs.tsx';
import { useServers } from './servers.tsx';
import { UnknownServer } from './unknown-server.tsx';

export function ServerFrame({
  server,
  page,
  children,
}: {
  server: string;
  page: ServerPageName;
  children: ReactNode;
}) {
  const servers = useServers().value;
  if (servers === null) return <Waiting label="Reading servers" />;
  const known = servers.find(({ id }) => id === server);
  if (known === undefined) {
    return <UnknownServer />;
  }
  return (
    <>
      <PageHead title={known.name} lead={serverLead(known.address)} />
      <ServerTabs server={server} here={page} />
      {known.state.kind === 'connected' ? (
        children
      ) : (
        <Empty title="There is no connection to this server">
          <p>Your apps are not touched by this. What the page shows comes back with the connection.</p>
          <Go to={{ kind: 'server', server }}>See why</Go>
        </Empty>
      )}
    </>
  );
}
