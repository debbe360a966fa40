/** What was spent: by day, by app and by model, and the last calls. */

import { useState } from 'react';
import { dollarText } from '../../../../shared/gateway/money.ts';
import { ago, clock, span } from '../../app/amounts.ts';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { BarList } from '../../charts/bar-list.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Facts, Figure, Section, Table } from '../../ui/page.tsx';
import styles from './gateway.module.css';
import { tokenText } from './money-text.ts';

const dayMs = 86_400_000;
const spans = [1, 7, 30, 90] as const;

export function Usage({ server }: { server: string }) {
  const client = useServerClient(server);
  const [days, setDays] = useState<number>(30);
  const by = days === 1 ? 'hour' : 'day';
  const asked = useAsked(
    `ai usage ${days}`,
    async (signal) => {
      const range = { from: Date.now() - days * dayMs, to: Date.now() };
      const [time, apps, models, calls] = await Promise.all([
        client.call('aiUsage.report', { ...range, by: [by] }, signal),
        client.call('aiUsage.report', { ...range, by: ['app'] }, signal),
        client.call('aiUsage.report', { ...range, by: ['model', 'provider'] }, signal),
        client.call('aiUsage.calls', { ...range, limit: 15 }, signal),
      ]);
      return { time: time.rows, apps: apps.rows, models: models.rows, calls: calls.calls };
    },
    30_000,
  );
  const pick = (
    <select aria-label="How far back" value={days} onChange={(event) => setDays(Number(event.target.value))}>
      {spans.map((each) => (
        <option key={each} value={each}>
          {each === 1 ? '24 hours' : `${each} days`}
        </option>
      ))}
    </select>
  );
  const { time = [], apps = [], models = [], calls = [] } = asked.value ?? {};
  const sum = (of: (row: (typeof time)[number]) => number) => time.reduce((total, row) => total + of(row), 0);
  return (
    <>
      <Section title="Usage" aside={pick}>
        {asked.error && <Notice message={asked.error.message} hint={asked.error.hint} />}
        {asked.value !== null && time.length === 0 && (
          <Empty title="No app has asked a model yet">
            <p>Add a provider and make a key for an app; its next start finds the gateway by itself.</p>
          </Empty>
        )}
        {time.length > 0 && (
          <>
            <Facts
              facts={[
                { term: 'Spent', value: dollarText(sum(({ cost }) => cost)) },
                { term: 'Calls', value: sum((row) => row.calls).toLocaleString() },
                { term: 'Failed', value: sum((row) => row.failed).toLocaleString() },
                {
                  term: 'Tokens in',
                  value: tokenText(sum((row) => row.input + row.cacheRead + row.cacheWrite)),
                },
                { term: 'Tokens out', value: tokenText(sum((row) => row.output)) },
                { term: 'Calls estimated', value: sum((row) => row.estimated).toLocaleString() },
              ]}
            />
            <div className={styles.charts}>
              {time.length > 1 && (
                <div>
                  <h3>Cost</h3>
                  <TimeChart
                    label={`Cost by ${by}`}
                    times={time.map((row) => Number(row.by[0]))}
                    series={[{ name: 'cost', values: time.map(({ cost }) => cost / 1e9) }]}
                    format={(value) => dollarText(Math.round(value * 1e9))}
                    formatTime={(at) => (by === 'day' ? dayText(at) : clock(at))}
                    height={150}
                  />
                </div>
              )}
              <div>
                <h3>By app</h3>
                <BarList
                  label="Cost by app"
                  heads={['App', 'Cost']}
                  format={dollarText}
                  bars={apps.map((row) => ({
                    key: String(row.by[0]),
                    name: String(row.by[0] || 'no app'),
                    value: row.cost,
                  }))}
                />
              </div>
              <div>
                <h3>By model</h3>
                <BarList
                  label="Cost by model"
                  heads={['Model', 'Cost']}
                  format={dollarText}
                  bars={models.map((row) => ({
                    key: row.by.join('/'),
                    name: String(row.by[0]),
                    value: row.cost,
                    note: `${row.calls} ${row.calls === 1 ? 'call' : 'calls'}${row.firstMs === null ? '' : `, first token ${span(row.firstMs)}`}`,
                  }))}
                />
              </div>
            </div>
          </>
        )}
      </Section>
      {calls.length > 0 && (
        <Section title="Last calls">
          {' '}
          <Table
            label="The last calls"
            heads={['When', 'App', 'Model', 'Provider', 'State', 'Tokens in', 'Tokens out', 'Took', 'Cost']}
            figures={['Tokens in', 'Tokens out', 'Took', 'Cost']}
          >
            {calls.map((call) => (
              <tr key={call.id}>
                <td>{ago(call.at, Date.now())}</td>
                <td>{call.release === null ? call.app || '–' : `${call.app} #${call.release}`}</td>
                <td className={styles.name}>{call.model}</td>
                <td>{call.provider}</td>
                <td>{call.cached ? 'from the cache' : call.state}</td>
                <Figure>{tokenText(call.input + call.cacheRead + call.cacheWrite)}</Figure>
                <Figure>{tokenText(call.output)}</Figure>
                <Figure>{span(call.totalMs)}</Figure>
                <Figure>{`${dollarText(call.cost)}${call.estimated ? ' (estimated)' : ''}`}</Figure>
              </tr>
            ))}
          </Table>
        </Section>
      )}
    </>
  );
}

function dayText(at: number): string {
  return new Date(at).toLocaleDateString(undefined, { timeZone: 'UTC' });
}
