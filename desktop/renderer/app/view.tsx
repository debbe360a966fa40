/** What draws the view that a path names. */

import type { App } from '../../../shared/deployer/model.ts';
import { DeploymentPage } from '../features/deployments/deployment-page.tsx';
import { SetupPage } from '../features/provision/setup-page.tsx';
import { ReplayFilePage } from '../features/replays/replay-file-page.tsx';
import { ServerPage } from '../features/server/server-page.tsx';
import { AddServerPage } from '../features/servers/add-server-page.tsx';
import { ServersPage } from '../features/servers/servers-page.tsx';
import { Empty } from '../ui/notice.tsx';
import { AppFrame } from './app-frame.tsx';
import { Go } from './navigation.tsx';
import { appPages, serverPagesByName } from './pages.tsx';
import type { Route } from './route.ts';
import { ServerFrame } from './server-frame.tsx';

/** `apps` of the open server; null until known. `file`: the last one that was let go over the window. */
export function View({
  route,
  apps,
  file,
}: {
  route: Route;
  apps: readonly App[] | null;
  file: File | null;
}) {
  switch (route.kind) {
    case 'servers':
      return <ServersPage />;
    case 'add-server':
      return <AddServerPage />;
    case 'replay-file':
      return <ReplayFilePage dropped={file} />;
    case 'server':
      return <ServerPage key={route.server} id={route.server} apps={apps} />;
    case 'setup':
      return <SetupPage key={route.server} id={route.server} />;
    case 'server-page': {
      const { server, page, sub = [] } = route;
      const { Page } = serverPagesByName[page];
      return (
        <ServerFrame server={server} page={page}>
          <Page key={server} server={server} apps={apps} sub={sub} />
        </ServerFrame>
      );
    }
    case 'app':
    case 'deployment': {
      const app = apps?.find(({ name }) => name === route.app) ?? null;
      const at = { server: route.server, app: route.app, environment: route.environment };
      const { Page } = appPages[route.kind === 'app' ? route.tab : 'deployments'];
      return (
        <AppFrame at={at} app={app} tab={route.kind === 'deployment' ? 'deployments' : route.tab}>
          {route.kind === 'deployment' ? (
            <DeploymentPage key={route.deployment} at={at} id={route.deployment} />
          ) : (
            <Page key={Object.values(at).join('/')} at={at} app={app} sub={route.sub ?? []} />
          )}
        </AppFrame>
      );
    }
    case 'nowhere':
      return (
        <Empty title="There is no such view">
          <p>{route.path} names nothing here. It may have been removed.</p>
          <Go to={{ kind: 'servers' }}>See all servers</Go>
        </Empty>
      );
  }
}
