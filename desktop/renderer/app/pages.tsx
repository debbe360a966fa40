/** What draws each view of an app and of a server: the only file that knows every feature's pages. */

import type { ComponentType } from 'react';
import type { App } from '../../../shared/deployer/model.ts';
import { AnalyticsPage } from '../features/analytics/analytics-page.tsx';
import { DeploymentsPage } from '../features/deployments/deployments-page.tsx';
import { DiskPage } from '../features/disk/disk-page.tsx';
import { DomainsPage } from '../features/domains/domains-page.tsx';
import { ErrorsPage } from '../features/errors/errors-page.tsx';
import { GatewayPage } from '../features/gateway/gateway-page.tsx';
import { LogsPage } from '../features/logs/logs-page.tsx';
import { NotifyPage } from '../features/notify/notify-page.tsx';
import { OverviewPage } from '../features/overview/overview-page.tsx';
import { ReplaysPage } from '../features/replays/replays-page.tsx';
import { RulesPage } from '../features/rules/rules-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { StatusPages } from '../features/status/status-pages.tsx';
import { TerminalPage } from '../features/terminal/terminal-page.tsx';
import { TrafficPage } from '../features/traffic/traffic-page.tsx';
import { ChecksPage } from '../features/uptime/checks-page.tsx';
import { IncidentsPage } from '../features/uptime/incidents-page.tsx';
import { VitalsPage } from '../features/vitals/vitals-page.tsx';
import type { At } from './app-frame.tsx';
import type { ServerPageName, Tab } from './route.ts';

export interface AppPageProps {
  at: At;
  /** Null until known. */
  app: App | null;
  /** The parts of the path behind the page's own. */
  sub: readonly string[];
}

export interface ServerPageProps {
  server: string;
  /** Null until known. */
  apps: readonly App[] | null;
  /** The parts of the path behind the page's own. */
  sub: readonly string[];
}

interface PageOf<Props> {
  /** In tabs and the palette. */
  label: string;
  Page: ComponentType<Props>;
}

export const appPages: Readonly<Record<Tab, PageOf<AppPageProps>>> = {
  overview: { label: 'Overview', Page: OverviewPage },
  deployments: { label: 'Deployments', Page: DeploymentsPage },
  analytics: { label: 'Analytics', Page: AnalyticsPage },
  errors: { label: 'Errors', Page: ErrorsPage },
  replays: { label: 'Replays', Page: ReplaysPage },
  logs: { label: 'Logs', Page: LogsPage },
  traffic: { label: 'Traffic', Page: TrafficPage },
  rules: { label: 'Rules', Page: RulesPage },
  terminal: { label: 'Terminal', Page: TerminalPage },
  settings: { label: 'Settings', Page: SettingsPage },
};

export const serverPagesByName: Readonly<Record<ServerPageName, PageOf<ServerPageProps>>> = {
  domains: { label: 'Domains', Page: DomainsPage },
  disk: { label: 'Disk', Page: DiskPage },
  vitals: { label: 'Vitals', Page: VitalsPage },
  checks: { label: 'Checks', Page: ChecksPage },
  incidents: { label: 'Incidents', Page: IncidentsPage },
  notifications: { label: 'Notifications', Page: NotifyPage },
  'status-pages': { label: 'Status pages', Page: StatusPages },
  ai: { label: 'AI', Page: GatewayPage },
};
