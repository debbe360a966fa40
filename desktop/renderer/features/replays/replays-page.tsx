/** Recorded sessions of an app: the list, and one of them. */

import { useState } from 'react';
import { ago, size, span } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import type { AppPageProps } from '../../app/pages.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Table } from '../../ui/page.tsx';
import { Recording } from './recording.tsx';
import { askedOf, type Narrowed, ReplayFilters } from './replay-filters.tsx';
import { ReplayPage } from './replay-page.tsx';
import styles from './replays.module.css';

const everything: Narrowed = { path: '', browser: '', longerThan: '0', faulty: false, rage: false };

/** `sub`: the id of one, or `on` and a path: those that saw it. */
export function ReplaysPage({ at, sub }: Pick<AppPageProps, 'at' | 'sub'>) {
  const [first, path = ''] = sub;
  if (first !== undefined && first !== 'on') return <ReplayPage key={first} at={at} id={first} />;
  return (
    <>
      <List key={path} at={at} path={path} />
      <p className={styles.file}>
        <Go to={{ kind: 'replay-file' }}>Open a replay from a file</Go>
      </p>
      <Recording at={at} />
    </>
  );
}

function List({ at, path }: { at: At; path: string }) {
  const client = useServerClient(at.server);
  const [narrowed, setNarrowed] = useState({ ...everything, path });
  const asked = askedOf(narrowed);
  const { value, error } = useAsked(
    `replays ${JSON.stringify(asked)}`,
    (signal) => client.call('replays.list', { app: at.app, limit: 100, ...asked }, signal),
    15_000,
  );
  const filtered = Object.keys(asked).length > 0;
  if (value === null && !filtered) {
    return error ? (
      <Notice message={error.message} hint={error.hint} />
    ) : (
      <Waiting label="Looking for replays" />
    );
  }
  if (value?.replays.length === 0 && !filtered) {
    return (
      <Empty title="No replays yet">
        <p>
          Record visits with the recorder below; or add replayIntegration() where Sentry is initialised in the
          page.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <ReplayFilters narrowed={narrowed} onChange={setNarrowed} />
      {error && <Notice message={error.message} hint={error.hint} />}
      {value?.replays.length === 0 && <p>None of the replays is like that.</p>}
      {value !== null && value.replays.length > 0 && (
        <Table
          label="Replays"
          heads={['When', 'Length', 'Pages', 'Errors', 'Rage clicks', 'Browser', 'Release', 'User', 'Size']}
          figures={['Length', 'Errors', 'Rage clicks', 'Size']}
        >
          {value.replays.map((replay) => (
            <tr key={replay.id}>
              <td>
                <Go to={{ kind: 'app', ...at, tab: 'replays', sub: [replay.id] }}>
                  {ago(replay.startedAt, Date.now())}
                </Go>
              </td>
              <Figure>{span(replay.endedAt - replay.startedAt)}</Figure>
              <td className={styles.pages}>{replay.urls.join(' ')}</td>
              <Figure>{Math.max(replay.errors.length, replay.counts?.errors ?? 0) || ''}</Figure>
              <Figure>{replay.counts?.rage || ''}</Figure>
              <td>{replay.browser ?? ''}</td>
              <td>{replay.release ?? ''}</td>
              <td>{replay.user ?? ''}</td>
              <Figure>{size(replay.bytes)}</Figure>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
