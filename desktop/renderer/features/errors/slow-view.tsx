/** Endpoints and queries by the time they took together. */

import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Figure, Table } from '../../ui/page.tsx';
import styles from './errors.module.css';

const ms = (micros: number) => `${(micros / 1000).toFixed(1)} ms`;

export function SlowView({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const { value, error } = useAsked(
    'slow',
    (signal) => client.call('traces.slow', { app: at.app }, signal),
    30_000,
  );
  if (value === null) {
    return error ? <Notice message={error.message} hint={error.hint} /> : <Waiting label="Adding up spans" />;
  }
  if (value.rows.length === 0) {
    return (
      <Empty title="No traces yet">
        <p>
          Set tracesSampleRate where the SDK is initialised; endpoints and queries of the last day appear
          here.
        </p>
      </Empty>
    );
  }
  return (
    <Table
      label="Slow endpoints and queries"
      heads={['Kind', 'What', 'Count', 'Failed', 'Mean', 'Slowest', 'Together', '']}
      figures={['Count', 'Failed', 'Mean', 'Slowest', 'Together']}
    >
      {value.rows.map((row) => (
        <tr key={`${row.op} ${row.name}`}>
          <td>{row.op}</td>
          <td className={styles.issue}>{row.name}</td>
          <Figure>{row.count.toLocaleString()}</Figure>
          <Figure>{row.failed.toLocaleString()}</Figure>
          <Figure>{ms(row.totalMicros / Math.max(1, row.count))}</Figure>
          <Figure>{ms(row.slowestMicros)}</Figure>
          <Figure>{ms(row.totalMicros)}</Figure>
          <td>
            {row.trace !== null && (
              <Go to={{ kind: 'app', ...at, tab: 'errors', sub: ['trace', row.trace] }}>A trace</Go>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}
