/** Recorded sessions of an app: the list, and one of them. */

import { ago, size, span } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import type { AppPageProps } from '../../app/pages.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Table } from '../../ui/page.tsx';
import { ReplayPage } from './replay-page.tsx';
import styles from './replays.module.css';

export function ReplaysPage({ at, sub }: Pick<AppPageProps, 'at' | 'sub'>) {
  const [id] = sub;
  return id === undefined ? <List at={at} /> : <ReplayPage key={id} at={at} id={id} />;
}

function List({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const { value, error } = useAsked(
    'replays',
    (signal) => client.call('replays.list', { app: at.app, limit: 100 }, signal),
    15_000,
  );
  if (value === null) {
    return error ? (
      <Notice message={error.message} hint={error.hint} />
    ) : (
      <Waiting label="Looking for replays" />
    );
  }
  if (value.replays.length === 0) {
    return (
      <Empty title="No replays yet">
        <p>
          Add replayIntegration() where Sentry is initialised in the page. It masks all text and inputs unless
          told otherwise.
        </p>
      </Empty>
    );
  }
  return (
    <Table
      label="Replays"
      heads={['When', 'Length', 'Pages', 'Errors', 'Release', 'User', 'Size']}
      figures={['Length', 'Errors', 'Size']}
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
          <Figure>{replay.errors.length === 0 ? '' : replay.errors.length}</Figure>
          <td>{replay.release ?? ''}</td>
          <td>{replay.user ?? ''}</td>
          <Figure>{size(replay.bytes)}</Figure>
        </tr>
      ))}
    </Table>
  );
}
