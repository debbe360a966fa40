/** What is wrong and was, and one incident with its timeline. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import { ago, span } from '../../app/amounts.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogEnd } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { IncidentDetail } from './incident-detail.tsx';
import { incidentTone } from './incident-tone.ts';

export function IncidentsPage({
  server,
  sub,
}: {
  server: string;
  apps: readonly App[] | null;
  sub: readonly string[];
}) {
  const client = useServerClient(server);
  const [opening, setOpening] = useState(false);
  const asked = useAsked(
    'incidents',
    async (signal) => (await client.call('incidents.list', { open: false, limit: 100 }, signal)).incidents,
    15_000,
  );
  const [chosen] = sub;
  if (chosen !== undefined) return <IncidentDetail key={chosen} server={server} id={Number(chosen)} />;
  if (asked.value === null) {
    return asked.error ? (
      <Notice message={asked.error.message} hint={asked.error.hint} />
    ) : (
      <Waiting label="Reading incidents" />
    );
  }
  return (
    <Section
      title="All incidents"
      aside={<Button onClick={() => setOpening(true)}>Report an incident</Button>}
    >
      {asked.value.length === 0 ? (
        <Empty title="Nothing was ever wrong">
          <p>
            Checks that fail, deployments that go back, crash loops and full disks each have their place here.
          </p>
        </Empty>
      ) : (
        <Table label="Incidents" heads={['What', 'State', 'Since', 'Lasted', 'Where']} figures={['Lasted']}>
          {asked.value.map((incident) => (
            <tr key={incident.id}>
              <td>
                <Go to={{ kind: 'server-page', server, page: 'incidents', sub: [String(incident.id)] }}>
                  {incident.title}
                </Go>
              </td>
              <td>
                <Status tone={incidentTone[incident.state]}>{incident.state}</Status>
              </td>
              <td>{ago(incident.openedAt, Date.now())}</td>
              <Figure>{span((incident.resolvedAt ?? Date.now()) - incident.openedAt)}</Figure>
              <td>{incident.app ?? '–'}</td>
            </tr>
          ))}
        </Table>
      )}
      {opening && <ReportDialog server={server} onClose={() => setOpening(false)} />}
    </Section>
  );
}

function ReportDialog({ server, onClose }: { server: string; onClose(): void }) {
  const client = useServerClient(server);
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const { running, error, run } = useAction();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Report an incident"
      lead="It is shown on every status page until it is resolved."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void run(async () => {
            await client.call('incidents.open', { title, text, severity: 'warning', by: 'the desktop' });
            onClose();
          });
        }}
      >
        <Field label="What is wrong" value={title} onValue={setTitle} required />
        <Field label="What is being done" value={text} onValue={setText} />
        {error && <Notice message={error.message} hint={error.hint} />}
        <DialogEnd>
          <Button onClick={onClose}>Cancel</Button>
          <Button weight="main" type="submit" busy={running} disabled={title.trim() === ''}>
            Report incident
          </Button>
        </DialogEnd>
      </form>
    </Dialog>
  );
}
