/** One event on a page of its own. */

import type { At } from '../../app/app-frame.tsx';
import { useAsked } from '../../app/asked.ts';
import { Go } from '../../app/navigation.tsx';
import { Back } from '../../ui/page.tsx';
import { useErrorsClient } from './errors-client.tsx';
import { EventBody } from './event-body.tsx';

export function EventPage({ at, id }: { at: At; id: string }) {
  const client = useErrorsClient();
  const issue = useAsked(
    `issue of ${id}`,
    async (signal) => (await client.call('events.get', { id }, signal)).head.issue,
  );
  return (
    <>
      <Back>
        {issue.value !== null && (
          <Go to={{ kind: 'app', ...at, tab: 'errors', sub: ['issue', String(issue.value)] }}>Its issue</Go>
        )}
      </Back>
      <EventBody at={at} id={id} />
    </>
  );
}
