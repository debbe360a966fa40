/** The issues of an app: found, sorted, and several of them changed at once. */

import { useDeferredValue, useState } from 'react';
import { ago } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { Sparkline } from '../../charts/sparkline.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Table } from '../../ui/page.tsx';
import styles from './errors.module.css';
import { useErrorsClient } from './errors-client.tsx';

const states = ['unresolved', 'resolved', 'ignored', 'all'] as const;
const sorts = { last: 'Last seen', first: 'First seen', events: 'Events', users: 'Users' } as const;

export function IssueList({ at }: { at: At }) {
  const client = useErrorsClient();
  const [state, setState] = useState<(typeof states)[number]>('unresolved');
  const [sort, setSort] = useState<keyof typeof sorts>('last');
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const { app, environment } = at;
  const asked = useAsked(
    `issues ${state} ${sort} ${search} ${environment}`,
    (signal) => client.call('issues.list', { app, environment, state, sort, search, limit: 100 }, signal),
    10_000,
  );
  const { run, running, error } = useAction();
  const set = (change: Parameters<typeof client.call<'issues.set'>>[1]['set']) =>
    run(async () => {
      await client.call('issues.set', { ids: [...chosen], set: change });
      setChosen(new Set());
    });
  const issues = asked.value?.issues;
  const failure = asked.error ?? error;
  return (
    <>
      <div className={styles.bar}>
        <input
          type="search"
          className={styles.find}
          aria-label="Search issues"
          placeholder="Search words of issues and their events"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <select
          aria-label="State"
          value={state}
          onChange={(event) => setState(states.find((each) => each === event.target.value) ?? 'all')}
        >
          {states.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <select
          aria-label="Order"
          value={sort}
          onChange={(event) => setSort(event.target.value as keyof typeof sorts)}
        >
          {Object.entries(sorts).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
        <Button
          disabled={chosen.size === 0}
          busy={running}
          onClick={() => void set({ kind: 'resolve', when: 'now' })}
        >
          Resolve
        </Button>
        <Button disabled={chosen.size === 0} busy={running} onClick={() => void set({ kind: 'ignore' })}>
          Ignore
        </Button>
        <Button
          disabled={chosen.size < 2}
          busy={running}
          onClick={() =>
            void run(async () => {
              await client.call('issues.merge', { ids: [...chosen] });
              setChosen(new Set());
            })
          }
        >
          Merge
        </Button>
      </div>
      {failure && <Notice message={failure.message} hint={failure.hint} />}
      {issues === undefined ? (
        !failure && <Waiting label="Looking for issues" />
      ) : issues.length === 0 ? (
        <Empty title={search === '' && state === 'unresolved' ? 'Nothing went wrong' : 'No such issue'}>
          <p>
            Errors that a Sentry SDK in the app reports appear here; “Set up” shows how it is initialised.
          </p>
        </Empty>
      ) : (
        <Table
          label="Issues"
          heads={['', 'Issue', '24 hours', 'Events', 'Users', 'Last', 'Release']}
          figures={['Events', 'Users']}
        >
          {issues.map((issue) => (
            <tr key={issue.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Choose issue ${issue.id}`}
                  checked={chosen.has(issue.id)}
                  onChange={(event) => {
                    const next = new Set(chosen);
                    if (event.target.checked) next.add(issue.id);
                    else next.delete(issue.id);
                    setChosen(next);
                  }}
                />
              </td>
              <td>
                <Go
                  className={styles.issue}
                  to={{ kind: 'app', ...at, tab: 'errors', sub: ['issue', String(issue.id)] }}
                >
                  <strong>{issue.title}</strong> {issue.value}
                </Go>
                <span className={styles.place}>{issue.culprit}</span>
              </td>
              <td>
                <span className={styles.trend}>
                  <Sparkline
                    label={`events of the last 24 hours, at most ${Math.max(...issue.hours)} in one`}
                    values={issue.hours}
                    tone="rope"
                  />
                </span>
              </td>
              <Figure>{issue.events.toLocaleString()}</Figure>
              <Figure>{issue.users.toLocaleString()}</Figure>
              <td>{ago(issue.lastAt, Date.now())}</td>
              <td>{issue.lastRelease ?? ''}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
