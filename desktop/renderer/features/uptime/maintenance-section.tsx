/** Planned work: while it lasts nobody is told that something is down, and it counts as neither up nor down. */

import { useState } from 'react';
import type { CheckView } from '../../../../shared/uptime/contract.ts';
import type { Maintenance } from '../../../../shared/uptime/maintenance.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import { MaintenanceDialog } from './maintenance-dialog.tsx';
import { whenText } from './maintenance-words.ts';
import styles from './uptime.module.css';

export function MaintenanceSection({ server, checks }: { server: string; checks: readonly CheckView[] }) {
  const client = useServerClient(server);
  const asked = useAsked(
    'maintenance',
    async (signal) => (await client.call('maintenance.list', {}, signal)).maintenance,
  );
  const [adding, setAdding] = useState(false);
  const { running, error, run } = useAction();
  const problem = error ?? asked.error;
  const names = ({ checks: ids }: Maintenance) =>
    ids.length === 0
      ? 'all checks'
      : ids.map((id) => checks.find((check) => check.id === id)?.name ?? 'one that is gone').join(', ');
  return (
    <Section title="Maintenance" aside={<Button onClick={() => setAdding(true)}>Plan maintenance</Button>}>
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      {asked.value?.length === 0 && (
        <p className={styles.none}>
          Nothing is planned. Planned work opens no incident, and status pages announce it.
        </p>
      )}
      {asked.value !== null && asked.value.length > 0 && (
        <Table label="Maintenance" heads={['What', 'When', 'Of', '']}>
          {asked.value.map((window) => (
            <tr key={window.id}>
              <td>{window.title}</td>
              <td>{whenText(window.when)}</td>
              <td>{names(window)}</td>
              <td data-end>
                <Button
                  weight="quiet"
                  busy={running}
                  aria-label={`Remove ${window.title}`}
                  onClick={() =>
                    run(async () => {
                      await client.call('maintenance.remove', { id: window.id });
                      asked.again();
                    })
                  }
                >
                  Remove
                </Button>
              </td>
            </tr>
          ))}
        </Table>
      )}
      {adding && (
        <MaintenanceDialog
          server={server}
          checks={checks}
          onClose={() => {
            setAdding(false);
            asked.again();
          }}
        />
      )}
    </Section>
  );
}
