/** How a server's machine is: processor, memory, disk and network over time, and each app's share of them. */

import { useState } from 'react';
import type { App } from '../../../../shared/deployer/model.ts';
import { ago, size, span } from '../../app/amounts.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { type Series, TimeChart } from '../../charts/time-chart.tsx';
import { timeLabel } from '../../charts/time-label.ts';
import { Empty, Notice, Waiting } from '../../ui/notice.tsx';
import { Facts, Figure, Section, Table } from '../../ui/page.tsx';
import { clockAhead, type SpanName, spans } from './spans.ts';
import styles from './vitals-page.module.css';

const percent = (share: number) => `${Math.round(share * 100)} %`;
const perSecond = (bytes: number) => `${size(Math.round(bytes))}/s`;
/** Beyond this, signatures, certificates and sessions begin to fail. */
const clockTolerance = 5000;

export function VitalsPage({ server }: { server: string; apps: readonly App[] | null }) {
  const client = useServerClient(server);
  const [spanName, setSpanName] = useState<SpanName>('24 hours');
  const spanMs = spans.find(({ name }) => name === spanName)?.ms ?? spans[1].ms;
  const now = useAsked(
    'vitals now',
    async (signal) => {
      const asked = Date.now();
      const answer = await client.call('vitals.now', {}, signal);
      return { ...answer, ahead: clockAhead(answer.clock, asked, Date.now()) };
    },
    10_000,
  );
  const range = useAsked(
    `vitals ${spanName}`,
    (signal) => client.call('vitals.range', { from: Date.now() - spanMs, to: Date.now() }, signal),
    60_000,
  );
  if (now.error) return <Notice message={now.error.message} hint={now.error.hint} />;
  if (now.value === null) return <Waiting label="Asking the machine how it is" />;
  const { facts, vitals, apps, ahead } = now.value;
  const points = range.value?.points ?? [];
  const chart = (
    label: string,
    series: readonly Series[],
    format: (value: number) => string,
    least: number,
  ) => (
    <div>
      <h3>{label}</h3>
      <TimeChart
        label={`${label}, ${spanName}`}
        times={points.map(({ at }) => at)}
        series={series}
        format={format}
        formatTime={(at, how) => timeLabel(at, how, spanMs)}
        height={150}
        least={least}
      />
    </div>
  );
  return (
    <>
      <Facts
        facts={[
          {
            term: `Processor, ${facts.cores} ${facts.cores === 1 ? 'core' : 'cores'}`,
            value: vitals ? percent(vitals.cpu) : '–',
          },
          {
            term: `Memory of ${size(facts.memory)}`,
            value: vitals ? size(vitals.memory) : '–',
          },
          { term: `Disk of ${size(facts.disk)}`, value: vitals ? size(vitals.disk) : '–' },
          { term: 'Load', value: vitals ? vitals.load.toFixed(2) : '–' },
          { term: 'Up for', value: span(Date.now() - facts.bootedAt) },
        ]}
      />
      {ahead !== null && Math.abs(ahead) > clockTolerance && (
        <Notice
          tone="warn"
          message={`The server's clock is ${span(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} this computer's`}
          hint="One of the two is wrong. On the server, `timedatectl status` says whether a time service runs."
        />
      )}
      <Section
        title="Over time"
        aside={
          <select
            aria-label="How far back"
            value={spanName}
            onChange={(event) => setSpanName(event.target.value as SpanName)}
          >
            {spans.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        }
      >
        {range.error && <Notice message={range.error.message} hint={range.error.hint} />}
        {points.length < 2 ? (
          <Empty title="The first minutes are being counted">
            <p>A point is added every minute. Charts begin with the second.</p>
          </Empty>
        ) : (
          <div className={styles.charts}>
            {chart(
              'Processor',
              [
                { name: 'mean', values: points.map(({ cpu }) => cpu) },
                { name: 'busiest minute', values: points.map(({ cpuPeak }) => cpuPeak), look: 'ghost' },
              ],
              percent,
              0.1,
            )}
            {chart(
              'Memory',
              [{ name: 'used', values: points.map(({ memory }) => memory) }],
              size,
              facts.memory,
            )}
            {chart(
              'Disk',
              [{ name: 'used', values: points.map(({ disk }) => disk), tone: 'rope' }],
              size,
              facts.disk,
            )}
            {chart(
              'Network',
              [
                { name: 'received', values: points.map(({ received }) => received) },
                { name: 'sent', values: points.map(({ sent }) => sent), tone: 'rope', look: 'line' },
              ],
              perSecond,
              1024,
            )}
          </div>
        )}
      </Section>
      <Section title="Who uses it">
        {apps.length === 0 ? (
          <p className={styles.none}>
            {vitals === null
              ? 'The first reading of each app is under way.'
              : 'No app has a process of its own. Static sites need none.'}
          </p>
        ) : (
          <Table
            label="What each app uses"
            heads={['App', 'Processor', 'Memory', 'Measured']}
            figures={['Processor', 'Memory']}
          >
            {apps
              .toSorted((a, b) => b.memory - a.memory)
              .map(({ app, environment, cpu, memory, at }) => (
                <tr key={`${app}/${environment}`}>
                  <td>
                    {app}
                    {environment !== 'production' && <small> {environment}</small>}
                  </td>
                  <Figure>{cpu.toFixed(2)} cores</Figure>
                  <Figure>{size(memory)}</Figure>
                  <td>{ago(at, Date.now())}</td>
                </tr>
              ))}
          </Table>
        )}
      </Section>
    </>
  );
}
