/** The left rail: servers with their state, the apps of the open one, and the way to the palette. */

import type { App } from '../../../shared/deployer/model.ts';
import { Status } from '../ui/status.tsx';
import { connectionWords } from './connection-words.ts';
import { environmentWords } from './environment-words.ts';
import { intend } from './intent.ts';
import { Go } from './navigation.tsx';
import styles from './rail.module.css';
import type { Route } from './route.ts';
import type { KnownServer } from './servers.tsx';
import { UpdateLine } from './update-line.tsx';

export interface RailProps {
  route: Route;
  servers: readonly KnownServer[];
  /** Of the open server. */
  apps: readonly App[];
}

export function Rail({ route, servers, apps }: RailProps) {
  const open = 'server' in route ? route.server : null;
  const app = 'app' in route ? route.app : null;
  return (
    <nav className={styles.rail} aria-label="Servers and apps">
      <Go to={{ kind: 'servers' }} className={styles.brand}>
        <Mark />
        Windlass
      </Go>
      <button type="button" className={styles.find} onClick={() => intend({ kind: 'palette' })}>
        Find or do <kbd>{/Mac/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <ul>
        {servers.map((server) => {
          const words = connectionWords(server.state);
          return (
            <li key={server.id}>
              <Go
                to={{ kind: 'server', server: server.id }}
                className={styles.server}
                aria-current={open === server.id && app === null ? 'page' : undefined}
              >
                <span>{server.name}</span>
                <Status tone={words.tone}>{words.tone === 'good' ? '' : words.text}</Status>
              </Go>
              {open === server.id && apps.length > 0 && (
                <ul>
                  {apps.map((each) => {
                    const [first] = each.environments;
                    const state = first && environmentWords(first);
                    return (
                      <li key={each.name}>
                        <Go
                          to={{
                            kind: 'app',
                            server: server.id,
                            app: each.name,
                            environment: 'production',
                            tab: 'overview',
                          }}
                          className={styles.app}
                          aria-current={app === each.name ? 'page' : undefined}
                        >
                          <span>{each.name}</span>
                          {state && state.tone !== 'good' && <Status tone={state.tone}>{state.text}</Status>}
                        </Go>
                      </li>
                    );
                  })}
                </ul>
              )}
            </li>
          );
        })}
      </ul>
      <Go to={{ kind: 'add-server' }} className={styles.add}>
        Add a server
      </Go>
      <UpdateLine />
    </nav>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 64 64" aria-hidden="true">
      <g className={styles.drum}>
        <circle cx="32" cy="32" r="17" />
        <path d="M32 4v11M32 49v11M4 32h11M49 32h11M12.2 12.2l7.8 7.8M44 44l7.8 7.8M12.2 51.8l7.8-7.8M44 20l7.8-7.8" />
      </g>
      <path className={styles.strand} d="M25 32a7 7 0 1 1 7 7h-1.5" />
    </svg>
  );
}
