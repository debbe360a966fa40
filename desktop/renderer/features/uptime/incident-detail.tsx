/** One incident: what it is, what happened since, and taking care of it. */

import { useState } from 'react';
import { span } from '../../app/amounts.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Tick } from '../../ui/field.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Back, Facts, Section, SubHead } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { incidentTone } from './incident-tone.ts';
import styles from './uptime.module.css';

const by = 'the desktop';
const when = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

export function IncidentDetail({ server, id }: { server: string; id: number }) {
  const client = useServerClient(server);
  const asked = useAsked(`incident ${id}`, (signal) => client.call('incidents.get', { id }, signal), 10_000);
  const [text, setText] = useState('');
  const [publish, setPublish] = useState(false);
  const { running, error, run } = useAction();
  const problem = error ?? asked.error;
  const back = (
    <Back>
      <Go to={{ kind: 'server-page', server, page: 'incidents' }}>All incidents</Go>
    </Back>
  );
  if (asked.value === null) {
    return (
      <>
        {back}
        {problem ? (
          <Notice message={problem.message} hint={problem.hint} />
        ) : (
          <Waiting label="Reading the incident" />
        )}
      </>
    );
  }
  const { incident, timeline } = asked.value;
  const { app, environment, deployment, release } = incident;
  return (
    <>
      {back}
      <SubHead title={incident.title} />
      <Facts
        facts={[
          {
            term: 'State',
            value: <Status tone={incidentTone[incident.state]}>{incident.state}</Status>,
          },
          { term: 'Lasted', value: span((incident.resolvedAt ?? Date.now()) - incident.openedAt) },
          { term: 'Severity', value: incident.severity },
          {
            term: 'App',
            value:
              app === null || environment === null ? (
                '–'
              ) : (
                <Go to={{ kind: 'app', server, app, environment, tab: 'overview' }}>{app}</Go>
              ),
          },
          { term: 'Release', value: release ?? '–' },
          {
            term: 'Deployment',
            value:
              app === null || environment === null || deployment === null ? (
                '–'
              ) : (
                <Go to={{ kind: 'deployment', server, app, environment, deployment }}>{deployment}</Go>
              ),
          },
        ]}
      />
      {problem && <Notice message={problem.message} hint={problem.hint} />}
      <Section title="Timeline">
        <ol className={styles.timeline}>
          {timeline.map((event) => (
            <li key={`${event.at} ${event.kind} ${event.text}`} data-kind={event.kind}>
              <time dateTime={new Date(event.at).toISOString()}>{when.format(event.at)}</time>
              <span>
                {event.by !== null && !event.text.startsWith(event.by) && <b>{event.by}: </b>}
                {event.text}
                {event.published && <small> on the status page</small>}
              </span>
            </li>
          ))}
        </ol>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run(async () => {
              await client.call('incidents.note', { id, by, text, publish });
              setText('');
            });
          }}
        >
          <Field label="Note" value={text} onValue={setText} />
          <Tick label="Show it on the status page" checked={publish} onValue={setPublish} />
          <Button type="submit" busy={running} disabled={text.trim() === ''}>
            Add note
          </Button>
        </form>
      </Section>
      {incident.state !== 'resolved' && (
        <div className={styles.actions}>
          {incident.state === 'open' && (
            <Button
              weight="main"
              busy={running}
              onClick={() => run(async () => void (await client.call('incidents.acknowledge', { id, by })))}
            >
              I take care of it
            </Button>
          )}
          <Button
            busy={running}
            onClick={() => run(async () => void (await client.call('incidents.resolve', { id, by })))}
          >
            Resolve
          </Button>
        </div>
      )}
    </>
  );
}
