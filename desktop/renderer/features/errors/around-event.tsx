/** What others know of the time around an event: the way of its visitor, requests, calls of models; and how each is tied to it. */

import type { Around } from '../../../../shared/errors/contract.ts';
import { clock } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Figure, Section, Table } from '../../ui/page.tsx';
import styles from './errors.module.css';
import { ModelCalls } from './model-calls.tsx';

/** Nothing, where nothing is known or the server is of a version that cannot say. */
export function AroundEvent({ at, id }: { at: At; id: string }) {
  const client = useServerClient(at.server);
  const { value } = useAsked(`around ${id}`, (signal) => client.call('events.around', { id }, signal));
  if (value === null) return null;
  const { visit, requests, calls } = value;
  const timed = visit?.pages.some((page) => page.at !== null) ?? false;
  return (
    <>
      {visit !== null && (
        <Section title="The way to it">
          <p className={styles.place}>{tieOfVisit(visit)}</p>
          {visit.pages.length > 0 && (
            // A recording names its pages in order, without their times.
            <Table label="Pages before it" heads={timed ? ['When', 'Page'] : ['Page']}>
              {visit.pages.map((page, order) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: what was is not changed any more.
                <tr key={order}>
                  {timed && <td>{page.at === null ? '' : clock(page.at)}</td>}
                  <td className={styles.issue}>{page.path}</td>
                </tr>
              ))}
            </Table>
          )}
        </Section>
      )}
      {requests.rows.length > 0 && (
        <Section title="Requests around it">
          <p className={styles.place}>{tieOfRequests(requests.tied)}</p>
          <Table
            label="Requests around it"
            heads={['When', 'Method', 'Path', 'Status', 'Took']}
            figures={['Status', 'Took']}
          >
            {requests.rows.map((row, order) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: what was is not changed any more.
              <tr key={order}>
                <td>{clock(row.at)}</td>
                <td>{row.method}</td>
                <td className={styles.issue}>{row.same ? <strong>{row.path}</strong> : row.path}</td>
                <Figure>{row.status}</Figure>
                <Figure>{row.ms.toFixed(1)} ms</Figure>
              </tr>
            ))}
          </Table>
        </Section>
      )}
      <ModelCalls calls={calls} />
    </>
  );
}

function tieOfVisit({ tied, visits }: NonNullable<Around['visit']>): string {
  if (tied === 'replay') return 'From the recorded session it belongs to.';
  return visits === 1
    ? 'Of the one visit that saw this page within half an hour before: very likely this one, not certainly.'
    : `${visits} visits saw this page within half an hour before, so nobody knows which of them it was.`;
}

function tieOfRequests(tied: Around['requests']['tied']): string {
  return tied === 'client'
    ? 'Of the one address that asked for this page within five minutes before: very likely this visitor, not certainly. Its own page stands out.'
    : 'Whatever this release answered within half a minute before; not all of it need have to do with it.';
}
