/** An app's head and tabs, the same around each of its views. */

import type { ReactNode } from 'react';
import type { App } from '../../../shared/deployer/model.ts';
import { Button } from '../ui/button.tsx';
import { PageHead } from '../ui/page.tsx';
import { Status } from '../ui/status.tsx';
import styles from './app-frame.module.css';
import { environmentWords } from './environment-words.ts';
import { intend } from './intent.ts';
import { go } from './navigation.tsx';
import { appPages } from './pages.tsx';
import { type Tab, tabs } from './route.ts';
import { TabBar } from './tab-bar.tsx';

/** Which environment of which app on which server. */
export interface At {
  server: string;
  app: string;
  environment: string;
}

export function AppFrame({
  at,
  app,
  tab,
  children,
}: {
  at: At;
  app: App | null;
  tab: Tab;
  children: ReactNode;
}) {
  const environment = app?.environments.find(({ name }) => name === at.environment);
  const words = environment && environmentWords(environment);
  const canGoBack = typeof environment?.liveRelease === 'number';
  return (
    <>
      <PageHead
        title={at.app}
        lead={
          <span className={styles.lead}>
            {words && <Status tone={words.tone}>{words.text}</Status>}
            {environment?.urls[0] && (
              <a href={environment.urls[0]} target="_blank" rel="noreferrer">
                {environment.urls[0].replace(/^https?:\/\//, '').replace(/\/$/, '')}
              </a>
            )}
          </span>
        }
      >
        {(app?.environments.length ?? 0) > 1 && (
          <select
            aria-label="Environment"
            value={at.environment}
            onChange={(event) => go({ kind: 'app', ...at, environment: event.target.value, tab })}
          >
            {app?.environments.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        {canGoBack && <Button onClick={() => intend({ kind: 'rollback', ...at })}>Roll back</Button>}
        <Button weight="main" onClick={() => intend({ kind: 'deploy', ...at })}>
          Deploy
        </Button>
      </PageHead>
      <TabBar
        label="Views of the app"
        tabs={tabs.map((each) => ({
          name: each,
          label: appPages[each].label,
          to: { kind: 'app', ...at, tab: each },
          here: each === tab,
        }))}
      />
      {children}
    </>
  );
}
