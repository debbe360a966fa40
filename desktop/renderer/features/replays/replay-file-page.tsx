/** A recording from a file: read and played by this page alone, with no server, and nothing of it sent anywhere. */

import { useEffect, useRef, useState } from 'react';
import { WindlassError } from '../../../../shared/errors.ts';
import { size, span } from '../../app/amounts.ts';
import { useAction } from '../../app/asked.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Facts, PageHead } from '../../ui/page.tsx';
import { mostRecording, type Recording, readRecording } from './read-recording.ts';
import { Recorded } from './recorded.tsx';

interface Opened extends Recording {
  name: string;
  /** Bytes. */
  bytes: number;
}

const day = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
  hourCycle: 'h23',
});

/** `dropped`: what was let go over the window; null until something was. */
export function ReplayFilePage({ dropped }: { dropped: File | null }) {
  const input = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const { run, running, error } = useAction();
  const [open] = useState(() => (file: File) => {
    setOpened(null);
    void run(async () => setOpened(await read(file)));
  });
  useEffect(() => {
    if (dropped !== null) open(dropped);
  }, [dropped, open]);
  const choose = (
    <>
      <Button
        weight={opened === null ? 'main' : 'plain'}
        busy={running}
        onClick={() => input.current?.click()}
      >
        {opened === null ? 'Choose a file' : 'Another file'}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label="Replay file"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) open(file);
          // So that the same file can be chosen once more, after it was written anew.
          target.value = '';
        }}
      />
    </>
  );
  return (
    <>
      <PageHead title="Replay from a file" lead={opened?.name}>
        {opened !== null && choose}
      </PageHead>
      {error && <Notice message={error.message} hint={error.hint} />}
      {opened === null ? (
        <Empty title="Drop a replay here">
          <p>
            A replay that was downloaded plays on this computer alone. No server is needed, and nothing of it
            is sent anywhere.
          </p>
          {choose}
        </Empty>
      ) : (
        <>
          <Facts
            facts={[
              { term: 'Recorded', value: day.format(opened.startedAt) },
              { term: 'Length', value: span(opened.endedAt - opened.startedAt) },
              { term: 'Size', value: size(opened.bytes) },
            ]}
          />
          <Recorded events={opened.events} startedAt={opened.startedAt} />
        </>
      )}
    </>
  );
}

async function read(file: File): Promise<Opened> {
  if (file.size > mostRecording) {
    throw new WindlassError('limit', `${file.name} has more than ${size(mostRecording)}`, {
      hint: 'A recording of an hour is far smaller; is it another file?',
    });
  }
  return { ...readRecording(await file.text()), name: file.name, bytes: file.size };
}
