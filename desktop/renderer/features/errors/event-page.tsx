/** One event on a page of its own. */

import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { Back, SubHead } from '../../ui/page.tsx';
import { useErrorsClient } from './errors-client.tsx';
import { EventBody } from './event-body.tsx';

const day = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle: 'h23',
});

export function EventPage({ at, id }: { at: At; id: string }) {
  const client = useErrorsClient();
  const head = useAsked(
    `head of ${id}`,
    async (signal) => (await client.call('events.get', { id }, signal)).head,
  ).value;
  return (
    <>
      <Back>
        {head !== null && (
          <Go to={{ kind: 'app', ...at, tab: 'errors', sub: ['issue', String(head.issue)] }}>Its issue</Go>
        )}
      </Back>
      {head !== null && (
        <SubHead
          title={head.value || 'An event'}
          lead={[day.format(head.at), head.release, head.environment].filter(Boolean).join(', ')}
        />
      )}
      <EventBody at={at} id={id} />
    </>
  );
}
