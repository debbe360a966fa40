/** Removing an app, after its name was typed. */

import { useState } from 'react';
import type { At } from '../../app/app-frame.tsx';
import { useAction } from '../../app/asked.ts';
import { go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { say } from '../../app/toasts.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './settings.module.css';

export function Danger({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const { running, error, run } = useAction();
  const [asking, setAsking] = useState(false);
  const remove = () =>
    run(async () => {
      await client.call('apps.remove', { app: at.app });
      say({ tone: 'plain', text: `${at.app} was removed. Its volumes are kept.` });
      go({ kind: 'server', server: at.server });
    });
  return (
    <Section title="Danger zone">
      <div className={styles.danger}>
        <p className={styles.none}>
          Removing the app stops all of it and frees its hosts. Its volumes are kept.
        </p>
        <Button weight="danger" onClick={() => setAsking(true)}>
          Remove {at.app}
        </Button>
      </div>
      <Confirm
        title={`Remove ${at.app}?`}
        action={`Remove ${at.app}`}
        typed={at.app}
        open={asking}
        busy={running}
        onClose={() => setAsking(false)}
        onConfirm={remove}
      >
        All its environments stop at once and their addresses answer 404. Releases and logs are gone; volumes
        stay. This cannot be undone.
        {error && <Notice message={error.message} hint={error.hint} />}
      </Confirm>
    </Section>
  );
}
