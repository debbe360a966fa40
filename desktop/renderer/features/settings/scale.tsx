/** How many copies of an app run. */

import { useState } from 'react';
import type { At } from '../../app/app-frame.tsx';
import { useAction } from '../../app/asked.ts';
import { go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './settings.module.css';

export function Scale({ at, scale }: { at: At; scale: number }) {
  const client = useServerClient(at.server);
  const { running, error, run } = useAction();
  const [wanted, setWanted] = useState(String(scale));
  const count = Number(wanted);
  return (
    <Section title="Scale">
      {error && <Notice message={error.message} hint={error.hint} />}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            const { id } = await client.call('apps.scale', {
              app: at.app,
              environment: at.environment,
              instances: count,
            });
            go({ kind: 'deployment', ...at, deployment: id });
          });
        }}
      >
        <Field label="Instances" type="number" min={1} max={64} value={wanted} onValue={setWanted} />
        <Button
          type="submit"
          busy={running}
          disabled={count === scale || !Number.isInteger(count) || count < 1 || count > 64}
        >
          Scale
        </Button>
      </form>
      <p className={styles.none}>
        Requests are shared among them. Changing it makes a new release; nothing is dropped.
      </p>
    </Section>
  );
}
