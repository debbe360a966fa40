/** Before the first visit: how to be counted, in one click or one line. */

import { useState } from 'react';
import type { At } from '../../app/app-frame.tsx';
import { useAction } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import styles from './analytics-page.module.css';

const snippet = '<script defer src="/.windlass/script.js"></script>';

export function FirstMinute({ at, injected }: { at: At; injected: boolean }) {
  const client = useServerClient(at.server);
  const action = useAction();
  const [on, setOn] = useState(injected);
  const turnOn = () =>
    action.run(async () => {
      await client.call('analytics.configure', {
        app: at.app,
        environment: at.environment,
        settings: { inject: true },
      });
      setOn(true);
    });
  return (
    <Empty title={on ? 'Waiting for the first visit' : 'See who comes'}>
      <p>
        {on
          ? 'The script is in every page from now on. Open the app: the visit shows here within seconds.'
          : 'Visits are counted on your own server: without cookies, without a banner, and nobody else hears of them.'}
      </p>
      {action.error && <Notice message={action.error.message} hint={action.error.hint} />}
      {!on && (
        <>
          <Button weight="main" busy={action.running} onClick={() => void turnOn()}>
            Count visits
          </Button>
          <p>Or put the script into the pages yourself:</p>
          <code className={styles.snippet}>{snippet}</code>
        </>
      )}
    </Empty>
  );
}
