/** One event: what was thrown and where, what happened before it, and what came along. */

import { ago, clock, size } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Section, Table } from '../../ui/page.tsx';
import { AroundEvent } from './around-event.tsx';
import styles from './errors.module.css';
import { useErrorsClient } from './errors-client.tsx';
import { readPayload } from './read-payload.ts';
import { StackTrace } from './stack-trace.tsx';

export function EventBody({ at, id }: { at: At; id: string }) {
  const client = useErrorsClient();
  const asked = useAsked(`event ${id}`, (signal) => client.call('events.get', { id }, signal));
  if (asked.value === null) {
    return asked.error ? (
      <Notice message={asked.error.message} hint={asked.error.hint} />
    ) : (
      <Waiting label="Opening the event" />
    );
  }
  const { head, payload, attachments, newer, older } = asked.value;
  const event = readPayload(payload);
  const to = (sub: readonly string[]) => ({ kind: 'app', ...at, tab: 'errors', sub }) as const;
  return (
    <>
      <p className={styles.bar}>
        <span>
          Event {head.id.slice(0, 8)}, {ago(head.at, Date.now())}
        </span>
        {older !== null && <Go to={to(['event', older])}>Older</Go>}
        {newer !== null && <Go to={to(['event', newer])}>Newer</Go>}
        {head.trace !== null && <Go to={to(['trace', head.trace])}>Its trace</Go>}
        {head.replay !== null && (
          <Go to={{ kind: 'app', ...at, tab: 'replays', sub: [head.replay] }}>Its replay</Go>
        )}
      </p>
      {event.errors.length === 0 && <p>{event.message}</p>}
      {event.errors.map((error, order) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an event never changes.
        <StackTrace key={order} error={error} cause={order > 0} />
      ))}
      <Section title="What happened before">
        {event.crumbs.length === 0 && <p className={styles.place}>The SDK sent no breadcrumbs.</p>}
        {event.crumbs.length > 0 && (
          <Table label="Breadcrumbs" heads={['When', 'Kind', 'What']}>
            {event.crumbs.map((crumb, order) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an event never changes.
              <tr key={order}>
                <td>{crumb.at === null ? '' : clock(crumb.at)}</td>
                <td>{crumb.category}</td>
                <td className={styles.issue}>{crumb.text}</td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
      <AroundEvent at={at} id={id} />
      {attachments.length > 0 && (
        <Section title="Attachments">
          {attachments.map((each) => (
            <p key={each.id}>
              {each.name}, {size(each.size)}
            </p>
          ))}
        </Section>
      )}
      {event.details.length > 0 && (
        <Section title="What came along">
          {event.details.map(({ name, json }) => (
            <details key={name}>
              <summary>{name}</summary>
              <pre className={styles.json}>{json}</pre>
            </details>
          ))}
        </Section>
      )}
    </>
  );
}
