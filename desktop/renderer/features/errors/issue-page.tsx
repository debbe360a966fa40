/** One issue: what is known of it, what was decided, and its newest event. */

import { useState } from 'react';
import { ago } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { Go, go } from '../../app/navigation.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Back, Facts, Section, SubHead, Table } from '../../ui/page.tsx';
import styles from './errors.module.css';
import { useErrorsClient } from './errors-client.tsx';
import { EventBody } from './event-body.tsx';
import { Suspects } from './suspects.tsx';

export function IssuePage({ at, id }: { at: At; id: number }) {
  const client = useErrorsClient();
  const asked = useAsked(`issue ${id}`, (signal) => client.call('issues.get', { id }, signal), 10_000);
  const events = useAsked(
    `events ${id}`,
    (signal) => client.call('events.list', { issue: id, limit: 50 }, signal),
    10_000,
  );
  const newest = events.value?.events[0]?.id;
  const [removing, setRemoving] = useState(false);
  const { run, running, error } = useAction();
  const issue = asked.value;
  const failure = asked.error ?? error;
  if (issue === null) {
    return failure ? (
      <Notice message={failure.message} hint={failure.hint} />
    ) : (
      <Waiting label="Opening the issue" />
    );
  }
  const set = (change: Parameters<typeof client.call<'issues.set'>>[1]['set']) =>
    void run(async () => void (await client.call('issues.set', { ids: [id], set: change })));
  return (
    <>
      <Back>
        <Go to={{ kind: 'app', ...at, tab: 'errors' }}>All issues</Go>
      </Back>
      <SubHead title={[issue.title, issue.value].filter(Boolean).join(': ')} lead={issue.culprit} />
      {failure && <Notice message={failure.message} hint={failure.hint} />}
      <Facts
        facts={[
          { term: 'State', value: issue.state.kind },
          { term: 'Events', value: issue.events.toLocaleString() },
          { term: 'Users', value: issue.users.toLocaleString() },
          {
            term: 'First',
            value: `${ago(issue.firstAt, Date.now())}${inRelease(issue.firstRelease)}`,
          },
          { term: 'Last', value: `${ago(issue.lastAt, Date.now())}${inRelease(issue.lastRelease)}` },
          ...(issue.commit === null ? [] : [{ term: 'Made of', value: issue.commit.slice(0, 12) }]),
        ]}
      />
      <div className={styles.bar}>
        {issue.state.kind === 'unresolved' ? (
          <>
            <Button weight="main" busy={running} onClick={() => set({ kind: 'resolve', when: 'now' })}>
              Resolve
            </Button>
            <Button busy={running} onClick={() => set({ kind: 'resolve', when: 'next-release' })}>
              Resolve in the next release
            </Button>
            <Button busy={running} onClick={() => set({ kind: 'ignore', forMs: 7 * 86_400_000 })}>
              Ignore for a week
            </Button>
          </>
        ) : (
          <Button weight="main" busy={running} onClick={() => set({ kind: 'unresolve' })}>
            Open again
          </Button>
        )}
        <Button weight="danger" onClick={() => setRemoving(true)}>
          Delete with its events
        </Button>
      </div>
      <Confirm
        open={removing}
        title="Delete this issue with its events?"
        action="Delete issue"
        busy={running}
        onClose={() => setRemoving(false)}
        onConfirm={() =>
          void run(async () => {
            await client.call('issues.remove', { ids: [id] });
            go({ kind: 'app', ...at, tab: 'errors' });
          })
        }
      >
        Nothing brings them back. The next event of the same error makes a new issue.
      </Confirm>
      <Suspects issue={issue} />
      {newest !== undefined && <EventBody key={newest} at={at} id={newest} />}
      <Section title="Tags">
        <dl className={styles.tags}>
          {issue.tags.map(({ key, values }) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{values.map(({ value, events: count }) => `${value} (${count})`).join(', ')}</dd>
            </div>
          ))}
        </dl>
      </Section>
      {issue.feedback.length > 0 && (
        <Section title="What people wrote">
          {issue.feedback.map(({ at: when, name, message }) => (
            <p key={`${when} ${message}`}>
              {name || 'Somebody'}, {ago(when, Date.now())}: {message}
            </p>
          ))}
        </Section>
      )}
      <Section title="Events">
        <Table
          label="Events of the issue"
          heads={['When', 'Release', 'Environment', 'What', 'Page', 'Replay']}
        >
          {(events.value?.events ?? []).map((event) => (
            <tr key={event.id}>
              <td>
                <Go to={{ kind: 'app', ...at, tab: 'errors', sub: ['event', event.id] }}>
                  {ago(event.at, Date.now())}
                </Go>
              </td>
              <td>{event.release ?? ''}</td>
              <td>{event.environment ?? ''}</td>
              <td className={styles.issue}>{event.value}</td>
              <td className={styles.issue}>{event.url ?? ''}</td>
              <td>
                {event.replay !== null && (
                  <Go to={{ kind: 'app', ...at, tab: 'replays', sub: [event.replay] }}>Watch</Go>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="History">
        {issue.notes.length === 0 && <p className={styles.place}>Nothing was decided of it yet.</p>}
        {issue.notes.map(({ at: when, what }) => (
          <p key={`${when} ${what}`}>
            {ago(when, Date.now())}: {what}
          </p>
        ))}
      </Section>
    </>
  );
}

/** Apps that name no release have errors in none. */
function inRelease(release: string | null): string {
  return release === null ? '' : ` in ${release}`;
}
