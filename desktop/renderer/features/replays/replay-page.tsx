/** One recorded session: what was done and what happened, in order. */

import { useState } from 'react';
import { size, span } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { Go, go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Back, Facts, Section, Table } from '../../ui/page.tsx';
import { ReplayPlayer } from '../../ui/replay-player.tsx';
import { type Moment, readTimeline } from './read-timeline.ts';
import styles from './replays.module.css';

const kinds: readonly Moment['kind'][] = [
  'page',
  'click',
  'rage',
  'dead',
  'input',
  'console',
  'network',
  'error',
  'other',
];

/** What the line of the player shows; a page alone has hundreds of the others. */
const marked: readonly Moment['kind'][] = ['click', 'rage', 'dead', 'console', 'network', 'error'];

export function ReplayPage({ at, id }: { at: At; id: string }) {
  const client = useServerClient(at.server);
  const [hidden, setHidden] = useState<ReadonlySet<Moment['kind']>>(new Set());
  const { run, running, error: failed } = useAction();
  const { value, error } = useAsked(`replay ${id}`, async (signal) => {
    const replay = await client.call('replays.get', { id }, signal);
    const events: unknown[] = [];
    for (const segment of replay.numbers) {
      const part = await client.call('replays.segment', { id, segment }, signal);
      const parsed: unknown = JSON.parse(part.events);
      if (Array.isArray(parsed)) events.push(...parsed);
    }
    const moments = readTimeline(events);
    const marks = moments
      .filter(({ kind }) => marked.includes(kind))
      .map(({ at: when, kind, text }) => ({
        at: when - replay.startedAt,
        label: `${kind}: ${text}`,
        tone: kind === 'click' ? ('plain' as const) : ('bad' as const),
      }));
    return { replay, events, moments, marks };
  });
  const failure = error ?? failed;
  if (value === null) {
    return failure ? (
      <Notice message={failure.message} hint={failure.hint} />
    ) : (
      <Waiting label="Opening the replay" />
    );
  }
  const { replay, events, moments, marks } = value;
  const keep = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(events)], { type: 'application/json' }));
    link.download = `replay-${id.slice(0, 8)}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <>
      <Back>
        <Go to={{ kind: 'app', ...at, tab: 'replays' }}>All replays</Go>
      </Back>
      {failure && <Notice message={failure.message} hint={failure.hint} />}
      <Facts
        facts={[
          { term: 'Length', value: span(replay.endedAt - replay.startedAt), strong: true },
          { term: 'Release', value: replay.release ?? 'none' },
          { term: 'User', value: replay.user ?? 'unknown' },
          { term: 'Size', value: size(replay.bytes) },
        ]}
      />
      <p className={styles.bar}>
        <Button onClick={keep}>Download</Button>
        <Button
          weight="danger"
          busy={running}
          onClick={() =>
            void run(async () => {
              await client.call('replays.remove', { ids: [id] });
              go({ kind: 'app', ...at, tab: 'replays' });
            })
          }
        >
          Delete
        </Button>
        {replay.errors.map((each) => (
          <Go key={each} to={{ kind: 'app', ...at, tab: 'errors', sub: ['event', each] }}>
            Error {each.slice(0, 8)}
          </Go>
        ))}
        {replay.traces.map((each) => (
          <Go key={each} to={{ kind: 'app', ...at, tab: 'errors', sub: ['trace', each] }}>
            Trace {each.slice(0, 8)}
          </Go>
        ))}
      </p>
      {events.length > 1 && <ReplayPlayer events={events} marks={marks} />}
      <Section title="What happened">
        <p className={styles.bar}>
          {kinds.map((kind) => (
            <Button
              key={kind}
              weight="quiet"
              aria-pressed={!hidden.has(kind)}
              onClick={() => {
                const next = new Set(hidden);
                if (!next.delete(kind)) next.add(kind);
                setHidden(next);
              }}
            >
              {kind}
            </Button>
          ))}
        </p>
        <Table label="Timeline of the replay" heads={['At', 'Kind', 'What']}>
          {moments
            .filter(({ kind }) => !hidden.has(kind))
            .map((moment, order) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a recording never changes.
              <tr key={order} data-kind={moment.kind}>
                <td>{span(moment.at - replay.startedAt)}</td>
                <td>{moment.kind}</td>
                <td className={styles.pages}>{moment.text}</td>
              </tr>
            ))}
        </Table>
      </Section>
    </>
  );
}
