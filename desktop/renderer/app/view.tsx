/** Which feature draws which view: the only file that knows them all. */

import type { App } from '../../../shared/deployer/model.ts';
import { DeploymentPage } from '../features/deployments/deployment-page.tsx';
import { DeploymentsPage } from '../features/deployments/deployments-page.tsx';
import { LogsPage } from '../features/logs/logs-page.tsx';
import { OverviewPage } from '../features/overview/overview-page.tsx';
import { SetupPage } from '../features/provision/setup-page.tsx';
import { ServerPage } from '../features/server/server-page.tsx';
import { AddServerPage } from '../features/servers/add-server-page.tsx';
import { ServersPage } from '../features/servers/servers-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { Empty } from '../ui/notice.tsx';
import { AppFrame } from './app-frame.tsx';
import { Go } from './navigation.tsx';
import type { Route } from './route.ts';

/** `apps` of the open server; null until known. */
export function View({ route, apps }: { route: Route; apps: readonly App[] | null }) {
  switch (route.kind) {
    case 'servers':
      return <ServersPage />;
    case 'add-server':
      return <AddServerPage />;
    case 'server':
      return <ServerPage key={route.server} id={route.server} apps={apps} />;
    case 'setup':
      return <SetupPage key={route.server} id={route.server} />;
    case 'app':
    case 'deployment': {
      const app = apps?.find(({ name }) => name === route.app) ?? null;
      const at = { server: route.server, app: route.app, environment: route.environment };
      const key = Object.values(at).join('/');
      return (
        <AppFrame at={at} app={app} tab={route.kind === 'deployment' ? 'deployments' : route.tab}>
          {route.kind === 'deployment' ? (
            <DeploymentPage key={route.deployment} at={at} id={route.deployment} />
          ) : (
            {
              overview: <OverviewPage key={key} at={at} app={app} />,
              deployments: <DeploymentsPage key={key} at={at} app={app} />,
              logs: <LogsPage key={key} at={at} />,
              settings: <SettingsPage key={key} at={at} app={app} />,
            }[route.tab]
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
