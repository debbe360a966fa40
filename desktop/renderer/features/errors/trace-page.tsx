/** A trace: its spans over time, the errors and log lines within. */

import { clock } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Back, Figure, Section, SubHead, Table } from '../../ui/page.tsx';
import styles from './errors.module.css';
import { ModelCalls } from './model-calls.tsx';

export function TracePage({ at, trace }: { at: At; trace: string }) {
  const client = useServerClient(at.server);
  const { value, error } = useAsked(`trace ${trace}`, (signal) =>
    client.call('traces.get', { trace }, signal),
  );
  const recorded = useAsked(`replays of ${trace}`, async (signal) => {
    const { replays } = await client.call('replays.list', { app: at.app, limit: 200 }, signal);
    return replays.filter(({ traces }) => traces.includes(trace)).map(({ id }) => id);
  });
  if (value === null) {
    return error ? (
      <Notice message={error.message} hint={error.hint} />
    ) : (
      <Waiting label="Putting the trace together" />
    );
  }
  const replays = new Set([...(recorded.value ?? []), ...value.events.flatMap(({ replay }) => replay ?? [])]);
  const from = Math.min(...value.spans.map((span) => span.at));
  const to = Math.max(from + 1, ...value.spans.map((span) => span.at + span.micros / 1000));
  return (
    <>
      <Back>
        <Go to={{ kind: 'app', ...at, tab: 'errors' }}>All issues</Go>
      </Back>
      <SubHead title={`Trace ${trace.slice(0, 8)}`} />
      {replays.size > 0 && (
        <p className={styles.bar}>
          {[...replays].map((id) => (
            <Go key={id} to={{ kind: 'app', ...at, tab: 'replays', sub: [id] }}>
              Replay {id.slice(0, 8)}
            </Go>
          ))}
        </p>
      )}
      <Section title="Spans">
        <Table label="Spans of the trace" heads={['Kind', 'What', 'Took', '']} figures={['Took']}>
          {value.spans.map((span) => (
            <tr key={`${span.span} ${span.at}`}>
              <td>{span.op}</td>
              <td className={styles.issue}>{span.name}</td>
              <Figure>{(span.micros / 1000).toFixed(1)} ms</Figure>
              <td>
                <div className={styles.span}>
                  <i
                    data-failed={span.status !== 'ok' && span.status !== 'unset'}
                    style={{
                      insetInlineStart: `${((span.at - from) / (to - from)) * 100}%`,
                      inlineSize: `${(span.micros / 1000 / (to - from)) * 100}%`,
                    }}
                  />
                </div>
              </td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="Errors">
        {value.events.length === 0 && <p className={styles.place}>None happened in it.</p>}
        {value.events.map((event) => (
          <p key={event.id}>
            <Go to={{ kind: 'app', ...at, tab: 'errors', sub: ['event', event.id] }}>{event.value}</Go>{' '}
            <Go to={{ kind: 'app', ...at, tab: 'errors', sub: ['issue', String(event.issue)] }}>Its issue</Go>
          </p>
        ))}
      </Section>
      <ModelCalls calls={value.calls ?? []} />
      <Section title="Log lines">
        {value.logs.length === 0 ? (
          <p className={styles.place}>The app wrote none in it.</p>
        ) : (
          <Table label="Log lines of the trace" heads={['When', 'Level', 'What']}>
            {value.logs.map((line, order) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a trace is read once.
              <tr key={order}>
                <td>{clock(line.at)}</td>
                <td>{line.level}</td>
                <td className={styles.issue}>{line.body}</td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
    </>
  );
}
