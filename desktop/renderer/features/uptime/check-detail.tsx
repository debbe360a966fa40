/** One check: how it is, its times and beats over a span, its last results, and what can be done with it. */

import { useState } from 'react';
import { checkSettings } from '../../../../shared/uptime/check.ts';
import type { CheckView, Span } from '../../../../shared/uptime/contract.ts';
import { ago, span as spanText } from '../../app/amounts.ts';
import { useAction, useAsked } from '../../app/asked.ts';
import { Go, go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Strip } from '../../charts/strip.tsx';
import { TimeChart } from '../../charts/time-chart.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Choice } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Back, Facts, Figure, Section, SubHead, Table } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { beatCells, percentText, statusTone } from './beat-cells.ts';
import { CheckDialog } from './check-dialog.tsx';
import styles from './uptime.module.css';

const spans: readonly { value: Span; label: string }[] = [
  { value: '1h', label: 'An hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
  { value: '1y', label: 'A year' },
];

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const calendar = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

export function CheckDetail({
  server,
  checks,
  check,
  again,
}: {
  server: string;
  checks: readonly CheckView[];
  check: CheckView;
  again(): void;
}) {
  const client = useServerClient(server);
  const [chosen, setChosen] = useState<Span>('24h');
  const [removing, setRemoving] = useState(false);
  const [changing, setChanging] = useState(false);
  const { running, error, run } = useAction();
  const { id, name, target, status, since } = check;
  const beats = useAsked(
    `beats of ${id} ${chosen}`,
    async (signal) =>
      (await client.call('checks.beats', { ids: [id], span: chosen, times: true }, signal)).beats[0] ?? null,
    60_000,
  );
  const results = useAsked(
    `results of ${id}`,
    async (signal) => (await client.call('checks.results', { id, limit: 20 }, signal)).results,
    30_000,
  );
  const list = { kind: 'server-page', server, page: 'checks' } as const;
  const found = beats.value?.beats ?? [];
  const isShort = chosen === '1h' || chosen === '24h';
  const known = found.filter(({ p50 }) => p50 !== null).length;
  const pause = () =>
    run(async () => {
      await client.call('checks.set', { ...checkSettings.parse(check), id, paused: !check.paused });
      again();
    });
  return (
    <>
      <Back>
        <Go to={list}>All checks</Go>
      </Back>
      <SubHead title={name} />
      <Facts
        facts={[
          {
            term: 'State',
            value: <Status tone={statusTone(status, check.failing)}>{status}</Status>,
          },
          { term: 'Since', value: since === null ? '–' : ago(since, Date.now()) },
          { term: 'Last time', value: check.lastMs === null ? '–' : spanText(check.lastMs) },
          { term: 'Every', value: spanText(check.everySeconds * 1000) },
          ...check.outside.map(({ from, up, at }) => ({
            term: `From ${from}`,
            value: (
              <Status
                tone={up ? 'good' : 'bad'}
              >{`${up ? 'answers' : 'does not answer'}, ${ago(at, Date.now())}`}</Status>
            ),
          })),
        ]}
      />
      {check.detail !== null && <Notice tone={status === 'down' ? 'bad' : 'plain'} message={check.detail} />}
      {target.kind === 'push' && (
        <Notice tone="plain" message={`Call /.windlass/push/${target.token} of any of your hosts`} />
      )}
      {error && <Notice message={error.message} hint={error.hint} />}
      <Section title="Over time">
        <Choice<Span> label="How far back" value={chosen} onValue={setChosen} options={spans} />
        <p>{percentText(beats.value?.uptime ?? null)} up</p>
        <Strip label={`Beats of ${name}`} cells={isShort ? hourCells(found) : beatCells(found)} />
        {known > 1 && (
          <div className={styles.chart}>
            <TimeChart
              label={`Response times of ${name}`}
              times={found.map(({ at }) => at)}
              series={[
                { name: 'half within', values: found.map(({ p50 }) => p50) },
                { name: '95 % within', values: found.map(({ p95 }) => p95), tone: 'rope', look: 'line' },
                { name: '99 % within', values: found.map(({ p99 }) => p99), look: 'ghost' },
              ]}
              format={spanText}
              formatTime={(at) => (isShort ? clock : calendar).format(at)}
            />
          </div>
        )}
      </Section>
      <Section title="Last results">
        <Table label="Last results" heads={['When', 'Result', 'Time', 'Detail']} figures={['Time']}>
          {(results.value ?? []).map((result) => (
            <tr key={result.at}>
              <td>{ago(result.at, Date.now())}</td>
              <td>
                <Status tone={result.outcome === 'up' ? 'good' : result.outcome === 'down' ? 'bad' : 'off'}>
                  {result.outcome}
                </Status>
              </td>
              <Figure>{result.ms === null ? '–' : spanText(result.ms)}</Figure>
              <td>{result.detail ?? ''}</td>
            </tr>
          ))}
        </Table>
      </Section>
      <div className={styles.actions}>
        <Button
          busy={running}
          onClick={() =>
            run(async () => {
              await client.call('checks.run', { id });
              again();
            })
          }
        >
          Check now
        </Button>
        <Button onClick={pause}>{check.paused ? 'Check again' : 'Pause'}</Button>
        <Button onClick={() => setChanging(true)}>Change</Button>
        {!check.given && (
          <Button weight="danger" onClick={() => setRemoving(true)}>
            Remove
          </Button>
        )}
      </div>
      {changing && (
        <CheckDialog
          server={server}
          checks={checks}
          check={check}
          onClose={() => {
            setChanging(false);
            again();
          }}
        />
      )}
      <Confirm
        title={`Remove ${name}?`}
        action="Remove check"
        open={removing}
        busy={running}
        onClose={() => setRemoving(false)}
        onConfirm={() =>
          run(async () => {
            await client.call('checks.remove', { id });
            again();
            go(list);
          })
        }
      >
        Its history goes with it.
      </Confirm>
    </>
  );
}

function hourCells(beats: Parameters<typeof beatCells>[0]) {
  return beatCells(beats).map((cell, index) => ({
    ...cell,
    key: new Date(beats[index]?.at ?? 0).toISOString().slice(11, 16),
  }));
}
