/** What is checked on this server, how it fares, and one check in full. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Facts, Section } from '../../ui/page.tsx';
import { sorted } from './beat-cells.ts';
import { CheckDetail } from './check-detail.tsx';
import { CheckDialog } from './check-dialog.tsx';
import { CheckList } from './check-list.tsx';
import { useChecks } from './followed-checks.ts';
import { MaintenanceSection } from './maintenance-section.tsx';
import styles from './uptime.module.css';

export function ChecksPage({
  server,
  sub,
}: {
  server: string;
  apps: readonly App[] | null;
  sub: readonly string[];
}) {
  const asked = useChecks(server);
  const [find, setFind] = useState('');
  const [adding, setAdding] = useState(false);
  if (asked.value === null) {
    return asked.error ? (
      <Notice message={asked.error.message} hint={asked.error.hint} />
    ) : (
      <Waiting label="Reading checks" />
    );
  }
  const one = sub.length === 0 ? undefined : asked.value.find(({ id }) => String(id) === sub[0]);
  if (one !== undefined)
    return <CheckDetail server={server} checks={asked.value} check={one} again={asked.again} />;
  const count = (status: string) => asked.value?.filter((check) => check.status === status).length ?? 0;
  const shown = sorted(asked.value, find);
  return (
    <>
      <Facts
        facts={[
          { term: 'Up', value: count('up') },
          { term: 'Down', value: count('down'), strong: count('down') > 0 },
          { term: 'In maintenance', value: count('maintenance') },
          { term: 'Paused', value: count('paused') },
        ]}
      />
      <Section
        title="All checks"
        aside={
          <Button weight="main" onClick={() => setAdding(true)}>
            Add check
          </Button>
        }
      >
        {asked.value.length === 0 ? (
          <Empty title="Nothing is checked yet">
            <p>Every app gets a check with its first deployment. Add others by hand.</p>
          </Empty>
        ) : (
          <>
            <div className={styles.find}>
              <Field label="Find" value={find} onValue={setFind} placeholder="name, kind or state" />
            </div>
            {shown.length === 0 ? (
              <p className={styles.none}>No check has “{find}”.</p>
            ) : (
              <CheckList server={server} checks={shown} />
            )}
          </>
        )}
      </Section>
      <MaintenanceSection server={server} checks={asked.value} />
      {adding && (
        <CheckDialog
          server={server}
          checks={asked.value}
          onClose={() => {
            setAdding(false);
            asked.again();
          }}
        />
      )}
    </>
  );
}
