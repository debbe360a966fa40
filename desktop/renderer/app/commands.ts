/** What the palette offers: every server, app and view there is, and the actions on what is open. */

import { intend } from './intent.ts';
import { go } from './navigation.tsx';
import { appPages, serverPagesByName } from './pages.tsx';
import type { Command } from './palette.tsx';
import { type Route, serverPages, tabs } from './route.ts';
import { chooseTheme } from './theme.ts';

export interface Known {
  servers: readonly { id: string; name: string }[];
  /** Of the open server. */
  apps: readonly string[];
}

export function commandsFor(route: Route, { servers, apps }: Known): Command[] {
  const server = 'server' in route ? route.server : (servers[0]?.id ?? null);
  const commands: Command[] = [];
  const add = (label: string, group: string, act: () => void) =>
    commands.push({ id: `c${commands.length}`, label, group, act });
  if (route.kind === 'app' || route.kind === 'deployment') {
    const { app, environment } = route;
    const target = { server: route.server, app, environment };
    add(`Deploy ${app}`, 'action', () => intend({ kind: 'deploy', ...target }));
    add(`Roll back ${app}`, 'action', () => intend({ kind: 'rollback', ...target }));
    for (const tab of tabs) {
      add(`${appPages[tab].label} of ${app}`, 'view', () => go({ kind: 'app', ...target, tab }));
    }
  }
  if (server !== null) {
    add('Deploy an app', 'action', () => intend({ kind: 'deploy', server }));
    for (const app of apps) {
      add(app, 'app', () => go({ kind: 'app', server, app, environment: 'production', tab: 'overview' }));
    }
  }
  for (const { id, name } of servers) add(name, 'server', () => go({ kind: 'server', server: id }));
  if (server !== null) {
    for (const page of serverPages) {
      const { label } = serverPagesByName[page];
      add(`${label} of the server`, 'view', () => go({ kind: 'server-page', server, page }));
    }
  }
  if (server !== null) add('Setup of the server', 'view', () => go({ kind: 'setup', server }));
  add('All servers', 'view', () => go({ kind: 'servers' }));
  add('Open a replay from a file', 'action', () => go({ kind: 'replay-file' }));
  add('Add a server', 'action', () => go({ kind: 'add-server' }));
  for (const theme of ['light', 'dark', 'system'] as const) {
    add(`Colours: ${theme}`, 'setting', () => chooseTheme(theme));
  }
  return commands;
}
