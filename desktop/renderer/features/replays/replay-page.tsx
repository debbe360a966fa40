/** One recorded session: what was done and what happened, in order. */

import { useState } from 'react';
import { size, span } from '../../app/amounts.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { Go, go } from '../../app/navigation.tsx';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Confirm } from '../../ui/confirm.tsx';
import { Notice, Waiting } from '../../ui/notice.tsx';
import { Back, Facts } from '../../ui/page.tsx';
import { Recorded } from './recorded.tsx';
import styles from './replays.module.css';

export function ReplayPage({ at, id }: { at: At; id: string }) {
  const client = useServerClient(at.server);
  const [removing, setRemoving] = useState(false);
  const { run, running, error: failed } = useAction();
  const { value, error } = useAsked(`replay ${id}`, async (signal) => {
    const replay = await client.call('replays.get', { id }, signal);
    const events: unknown[] = [];
    for (const segment of replay.numbers) {
      const part = await client.call('replays.segment', { id, segment }, signal);
      const parsed: unknown = JSON.parse(part.events);
      if (Array.isArray(parsed)) events.push(...parsed);
    }
    return { replay, events };
  });
  const failure = error ?? failed;
  if (value === null) {
    return failure ? (
      <Notice message={failure.message} hint={failure.hint} />
    ) : (
      <Waiting label="Opening the replay" />
    );
  }
  const { replay, events } = value;
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
          { term: 'Length', value: span(replay.endedAt - replay.startedAt) },
          { term: 'Release', value: replay.release ?? 'none' },
          { term: 'User', value: replay.user ?? 'unknown' },
          { term: 'Size', value: size(replay.bytes) },
        ]}
      />
      <p className={styles.bar}>
        <Button onClick={keep}>Download</Button>
        <Button weight="danger" onClick={() => setRemoving(true)}>
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
      <Recorded events={events} startedAt={replay.startedAt} />
      <Confirm
        open={removing}
        title="Delete this replay?"
        action="Delete replay"
        busy={running}
        onClose={() => setRemoving(false)}
        onConfirm={() =>
          void run(async () => {
            await client.call('replays.remove', { ids: [id] });
            go({ kind: 'app', ...at, tab: 'replays' });
          })
        }
      >
        Nothing brings it back. A file that was downloaded before stays where it is.
      </Confirm>
    </>
  );
}
