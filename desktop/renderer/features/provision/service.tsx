/** The server's own Windlass: a newer file, or none at all any more. */

import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Tick } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './setup-page.module.css';

export interface ServiceSectionProps {
  name: string;
  /** Of the file there; null where it is not known now. */
  version: string | null;
  running: boolean;
  onUpgrade(): void;
  onUninstall(data: 'keep' | 'remove'): void;
}

export function ServiceSection({ name, version, running, onUpgrade, onUninstall }: ServiceSectionProps) {
  const [leaving, setLeaving] = useState(false);
  const [all, setAll] = useState(false);
  return (
    <Section title="Its Windlass">
      <p className={styles.quiet}>
        {version === null ? 'The file on the server.' : `Version ${version}.`} An upgrade hands over while
        visitors are answered, and goes back by itself if the new file does not come up.
      </p>
      <div className={styles.ways}>
        <Button busy={running} onClick={onUpgrade}>
          Upgrade
        </Button>
        <Button weight="danger" disabled={running} onClick={() => setLeaving(true)}>
          Uninstall
        </Button>
      </div>
      <Confirm
        title={`Take Windlass off ${name}?`}
        action="Uninstall"
        typed={name}
        open={leaving}
        onClose={() => setLeaving(false)}
        onConfirm={() => {
          setLeaving(false);
          onUninstall(all ? 'remove' : 'keep');
        }}
      >
        <p>
          Its apps stop, and what setting up changed is taken back. Their data is kept unless you say
          otherwise; setting up again finds it.
        </p>
        <div className={styles.also}>
          <Tick
            label="Delete the apps’ data, too"
            hint="Databases, uploads, releases, logs. Nothing brings them back."
            checked={all}
            onValue={setAll}
          />
        </div>
      </Confirm>
    </Section>
  );
}
