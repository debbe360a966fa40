/** What was recorded, wherever it is from: the page played again, and what happened in it, in order. */

import { useMemo, useState } from 'react';
import { span } from '../../app/amounts.ts';
import { Button } from '../../ui/button.tsx';
import { Section, Table } from '../../ui/page.tsx';
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

/** `startedAt` in ms since the epoch. Another list of events is another player. */
export function Recorded({ events, startedAt }: { events: readonly unknown[]; startedAt: number }) {
  const [hidden, setHidden] = useState<ReadonlySet<Moment['kind']>>(new Set());
  const moments = useMemo(() => readTimeline(events), [events]);
  const marks = useMemo(
    () =>
      moments
        .filter(({ kind }) => marked.includes(kind))
        .map(({ at, kind, text }) => ({
          at: at - startedAt,
          label: `${kind}: ${text}`,
          tone: kind === 'click' ? ('plain' as const) : ('bad' as const),
        })),
    [moments, startedAt],
  );
  return (
    <>
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
                <td>{span(moment.at - startedAt)}</td>
                <td>{moment.kind}</td>
                <td className={styles.pages}>{moment.text}</td>
              </tr>
            ))}
        </Table>
      </Section>
    </>
  );
}
