/** Whether and how an app's pages are recorded, with what that costs and what is never kept. */

import { useState } from 'react';
import type { RecordingSettings } from '../../../../shared/replay/recording-settings.ts';
import type { At } from '../../app/app-frame.tsx';
import { useAction, useAsked } from '../../app/asked.ts';
import { useServerClient } from '../../app/servers.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Select, TextArea, Tick } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './replays.module.css';

const shares = ['0', '0.01', '0.05', '0.1', '0.25', '0.5', '1'] as const;

export function Recording({ at }: { at: At }) {
  const client = useServerClient(at.server);
  const place = { app: at.app, environment: at.environment };
  const [saved, setSaved] = useState<RecordingSettings | null>(null);
  const asked = useAsked(`recording of ${at.app} ${at.environment}`, (signal) =>
    client.call('replays.recording', place, signal),
  );
  const { run, running, error } = useAction();
  const settings = saved ?? asked.value;
  const failure = asked.error ?? error;
  if (settings === null) return failure && <Notice message={failure.message} hint={failure.hint} />;
  const change = (settings: Partial<RecordingSettings>) =>
    run(async () => setSaved(await client.call('replays.configure', { ...place, settings })));
  return (
    <div className={styles.recording}>
      <Section title="Recording visits">
        {failure && <Notice message={failure.message} hint={failure.hint} />}
        <p className={styles.lead}>
          {settings.record
            ? 'Visits are recorded. All text, every field and every picture is masked in the browser, before anything is sent.'
            : 'See what visitors did before something went wrong. All text, every field and every picture is masked in the browser, before anything is sent.'}
        </p>
        <ul className={styles.terms}>
          <li>Passwords, codes and numbers of cards are never recorded, whatever else you show.</li>
          <li>
            No cookie and no visitor’s id: a recording has a random number that ends with the tab, after an
            hour, or after 15 idle minutes. Browsers that ask not to be tracked (DNT, GPC) are left alone.
          </li>
          <li>
            A page loads 26 kB more, once, after everything else of it. Recordings are kept for 30 days and
            within 2 GB for all apps together, the oldest going first.
          </li>
          <li>Recording people can need their consent where you live: you decide, and tell them.</li>
        </ul>
        <p>
          <Button
            weight={settings.record ? 'plain' : 'main'}
            busy={running}
            onClick={() => void change({ record: !settings.record })}
          >
            {settings.record ? 'Stop recording' : 'Record visits'}
          </Button>
        </p>
        {settings.record && (
          <Choices key={JSON.stringify(settings)} settings={settings} busy={running} change={change} />
        )}
      </Section>
    </div>
  );
}

function Choices({
  settings,
  busy,
  change,
}: {
  settings: RecordingSettings;
  busy: boolean;
  change(settings: Partial<RecordingSettings>): unknown;
}) {
  const [sample, setSample] = useState(String(settings.sample));
  const [onError, setOnError] = useState(String(settings.onError));
  const [unmask, setUnmask] = useState(settings.unmask.join(', '));
  const [block, setBlock] = useState(settings.block.join(', '));
  const [leftOut, setLeftOut] = useState(settings.leftOut.join('\n'));
  const [messages, setMessages] = useState(settings.messages);
  const selectors = (text: string) => (text.trim() === '' ? [] : [text.trim()]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void change({
          sample: Number(sample),
          onError: Number(onError),
          unmask: selectors(unmask),
          block: selectors(block),
          leftOut: leftOut.split('\n').flatMap((line) => selectors(line)),
          messages,
        });
      }}
    >
      <div className={styles.bar}>
        <Select label="Recorded whole" value={sample} options={optionsWith(sample)} onValue={setSample} />
        <Select
          label="Of the others, from an error on"
          value={onError}
          options={optionsWith(onError)}
          onValue={setOnError}
        />
      </div>
      <Field
        label="Show as it is"
        mono
        value={unmask}
        onValue={setUnmask}
        placeholder=".public, nav"
        hint="Selectors of elements whose text and fields are nobody’s secret."
      />
      <Field
        label="Leave out whole"
        mono
        value={block}
        onValue={setBlock}
        placeholder=".account"
        hint="Selectors of elements of which only the size is kept."
      />
      <TextArea
        label="Paths that are not recorded"
        rows={3}
        value={leftOut}
        onValue={setLeftOut}
        hint="One a line; * stands for anything: /account/*"
      />
      <Tick
        label="Keep messages of errors and of the console"
        hint="They can have names in them, and are otherwise not kept."
        checked={messages}
        onValue={setMessages}
      />
      <p>
        <Button type="submit" busy={busy}>
          Save
        </Button>
      </p>
    </form>
  );
}

/** The usual shares, and the one that was chosen on the command line. */
function optionsWith(chosen: string) {
  return [...new Set<string>([...shares, chosen])]
    .sort((one, other) => Number(one) - Number(other))
    .map((value) => ({
      value,
      label: value === '0' ? 'none' : value === '1' ? 'all' : `${Math.round(Number(value) * 1000) / 10} %`,
    }));
}
